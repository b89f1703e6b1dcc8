// SPDX-License-Identifier: Apache-2.0
// The AWS Signature Version 4 test suite as AWS publishes it (Copyright 2019 Amazon.com, Inc. or
// its affiliates, under the Apache License 2.0): each request with its canonical form and its
// signature. The key is AKIDEXAMPLE, the region us-east-1, the service "service", the time
// 2015-08-30 12:36:00.
#pragma once

#include <array>

namespace livesonic::aws {

struct SigningVector {
  const char* name;
  const char* request;  // as on the wire; lines end with \n
  const char* canonical;
  const char* authorization;  // from "SignedHeaders" on
};

inline constexpr std::array kSigningVectors = {
    SigningVector{"get-header-key-duplicate",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1:value2\n"
                  "My-Header1:value2\n"
                  "My-Header1:value1\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:value2,value2,value1\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;x-amz-date, "
                  "Signature=c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    SigningVector{"get-header-value-multiline",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1:value1\n"
                  "  value2\n"
                  "     value3\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:value1 value2 value3\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;x-amz-date, "
                  "Signature=cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
    SigningVector{"get-header-value-order",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1:value4\n"
                  "My-Header1:value1\n"
                  "My-Header1:value3\n"
                  "My-Header1:value2\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:value4,value1,value3,value2\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;x-amz-date, "
                  "Signature=08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    SigningVector{"get-header-value-trim",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1: value1\n"
                  "My-Header2: \"a   b   c\"\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:value1\n"
                  "my-header2:\"a b c\"\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;my-header2;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;my-header2;x-amz-date, "
                  "Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    SigningVector{
        "get-unreserved",
        "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1\n"
        "Host:example.amazonaws.com\n"
        "X-Amz-Date:20150830T123600Z",
        "GET\n"
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n"
        "\n"
        "host:example.amazonaws.com\n"
        "x-amz-date:20150830T123600Z\n"
        "\n"
        "host;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SignedHeaders=host;x-amz-date, "
        "Signature=07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    SigningVector{"get-utf8",
                  "GET /\xe1\x88\xb4"
                  " HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/%E1%88%B4\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    SigningVector{"get-vanilla",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"get-vanilla-empty-query-key",
                  "GET /?Param1=value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "Param1=value1\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    SigningVector{"get-vanilla-query",
                  "GET / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"get-vanilla-query-order-encoded",
                  "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z\n",
                  "GET\n"
                  "/\n"
                  "%E1%88%B4=Value1&Param=Value2&Param-3=Value3\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    SigningVector{"get-vanilla-query-order-key",
                  "GET /?Param1=value2&Param1=Value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "Param1=Value1&Param1=value2\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    SigningVector{"get-vanilla-query-order-key-case",
                  "GET /?Param2=value2&Param1=value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "Param1=value1&Param2=value2\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    SigningVector{"get-vanilla-query-order-value",
                  "GET /?Param1=value2&Param1=value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "Param1=value1&Param1=value2\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    SigningVector{"get-vanilla-query-unreserved",
                  "GET "
                  "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~"
                  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~"
                  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    SigningVector{"get-vanilla-utf8-query",
                  "GET /?\xe1\x88\xb4"
                  "=bar HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "%E1%88%B4=bar\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    SigningVector{
        "get-vanilla-with-session-token",
        "GET / HTTP/1.1\n"
        "Host:example.amazonaws.com\n"
        "X-Amz-Date:20150830T123600Z",
        "GET\n"
        "/\n"
        "\n"
        "host:example.amazonaws.com\n"
        "x-amz-date:20150830T123600Z\n"
        "x-amz-security-token:6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267\n"
        "\n"
        "host;x-amz-date;x-amz-security-token\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SignedHeaders=host;x-amz-date;x-amz-security-token, "
        "Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
    SigningVector{"normalize-path/get-relative",
                  "GET /example/.. HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"normalize-path/get-relative-relative",
                  "GET /example1/example2/../.. HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"normalize-path/get-slash",
                  "GET // HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"normalize-path/get-slash-dot-slash",
                  "GET /./ HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    SigningVector{"normalize-path/get-slash-pointless-dot",
                  "GET /./example HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/example\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    SigningVector{"normalize-path/get-slashes",
                  "GET //example// HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/example/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    SigningVector{"normalize-path/get-space",
                  "GET /example space/ HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "GET\n"
                  "/example%20space/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    SigningVector{"normalize-path/get-special-character",
                  "GET /example/$delete HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z\n",
                  "GET\n"
                  "/example/%24delete\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"},
    SigningVector{"post-header-key-case",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    SigningVector{"post-header-key-sort",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1:value1\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:value1\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;x-amz-date, "
                  "Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    SigningVector{"post-header-value-case",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "My-Header1:VALUE1\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "my-header1:VALUE1\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;my-header1;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;my-header1;x-amz-date, "
                  "Signature=cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    SigningVector{"post-sts-token/post-sts-header-after",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    SigningVector{"post-sts-token/post-sts-header-before",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z\n"
                  "X-Amz-Security-Token:AQoDYXdzEPT//////////"
                  "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqT"
                  "flfKD8YUuwthAx7mSEI/qkPpKPi/"
                  "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8"
                  "Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
                  "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "x-amz-security-token:AQoDYXdzEPT//////////"
                  "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqT"
                  "flfKD8YUuwthAx7mSEI/qkPpKPi/"
                  "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8"
                  "Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
                  "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==\n"
                  "\n"
                  "host;x-amz-date;x-amz-security-token\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date;x-amz-security-token, "
                  "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    SigningVector{"post-vanilla",
                  "POST / HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    SigningVector{"post-vanilla-empty-query-value",
                  "POST /?Param1=value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "Param1=value1\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    SigningVector{"post-vanilla-query",
                  "POST /?Param1=value1 HTTP/1.1\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z",
                  "POST\n"
                  "/\n"
                  "Param1=value1\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "host;x-amz-date\n"
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    SigningVector{"post-x-www-form-urlencoded",
                  "POST / HTTP/1.1\n"
                  "Content-Type:application/x-www-form-urlencoded\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z\n"
                  "\n"
                  "Param1=value1",
                  "POST\n"
                  "/\n"
                  "\n"
                  "content-type:application/x-www-form-urlencoded\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "content-type;host;x-amz-date\n"
                  "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
                  "SignedHeaders=content-type;host;x-amz-date, "
                  "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    SigningVector{"post-x-www-form-urlencoded-parameters",
                  "POST / HTTP/1.1\n"
                  "Content-Type:application/x-www-form-urlencoded; charset=utf8\n"
                  "Host:example.amazonaws.com\n"
                  "X-Amz-Date:20150830T123600Z\n"
                  "\n"
                  "Param1=value1",
                  "POST\n"
                  "/\n"
                  "\n"
                  "content-type:application/x-www-form-urlencoded; charset=utf8\n"
                  "host:example.amazonaws.com\n"
                  "x-amz-date:20150830T123600Z\n"
                  "\n"
                  "content-type;host;x-amz-date\n"
                  "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
                  "SignedHeaders=content-type;host;x-amz-date, "
                  "Signature=1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
};

}  // namespace livesonic::aws
