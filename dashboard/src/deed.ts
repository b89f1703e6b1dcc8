// SPDX-License-Identifier: Apache-2.0
// Something that a person has done through the API, from the click to its outcome.

import { useState } from 'preact/hooks';

export interface Deed {
  working: boolean;
  error: string; // why the last one failed; empty when it did not
  // What it gives, or nothing where it failed: then `error` says why.
  run: <T>(what: () => Promise<T>) => Promise<T | undefined>;
}

export function useDeed(): Deed {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState('');
  const run = async <T>(what: () => Promise<T>) => {
    setWorking(true);
    setError('');
    try {
      return await what();
    } catch (reason) {
      setError((reason as Error).message);
      return undefined;
    } finally {
      setWorking(false);
    }
  };
  return { working, error, run };
}
