// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/program.h"

int main(int argc, char** argv) {
  return livesonic::app::run_program(argc, argv);
}
