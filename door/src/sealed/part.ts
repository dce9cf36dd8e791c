// A part of the page that is loaded on demand.

/**
 * Loads it once, and again after a failure. Firefox remembers that an address could not be imported and never fetches it
 * again: each new try asks under another one.
 */
export function part<T>(name: string, load: () => Promise<T>): () => Promise<T> {
  let tries = 0;
  let loaded: Promise<T> | undefined;
  const attempt = (): Promise<T> => {
    const address = `./${name}.js?${tries}`;
    return tries++ ? import(address) : load();
  };
  return () =>
    (loaded ??= attempt().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
