// SPDX-License-Identifier: Apache-2.0
// Something that is read once, because the monitor has to work for it: not again with each event,
// as a resource is.

import { useEffect, useState } from 'preact/hooks';
import type { Resource } from './resource';

interface Held<T> {
  key: string;
  data: T | null;
  error: Error | null;
}

// `key` names what `load` reads; a new key is read anew, and an answer to an older one is dropped.
export function useAnswer<T>(key: string, load: () => Promise<T>): Resource<T> {
  const [times, setTimes] = useState(0);
  const [held, setHeld] = useState<Held<T>>({ key, data: null, error: null });
  useEffect(() => {
    let current = true;
    setHeld({ key, data: null, error: null });
    load()
      .then((data) => current && setHeld({ key, data, error: null }))
      .catch((error: Error) => current && setHeld({ key, data: null, error }));
    return () => {
      current = false;
    };
  }, [key, times]);
  const { data, error } = held.key === key ? held : { data: null, error: null };
  return { data, error, reload: async () => setTimes((before) => before + 1) };
}
