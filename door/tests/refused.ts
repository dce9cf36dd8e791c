// WebCrypto as in a browser that has no Ed25519. Chromium runs this before a page's own scripts.
for (const name of ["generateKey", "importKey", "sign", "verify"] as const) {
  const real = crypto.subtle[name] as (...given: readonly unknown[]) => Promise<unknown>;
  const refusing = (...given: readonly unknown[]): Promise<unknown> => {
    const asked = given.some((each) => each === "Ed25519" || (each as { name?: unknown } | null)?.name === "Ed25519");
    return asked ? Promise.reject(new DOMException("refused", "NotSupportedError")) : real.apply(crypto.subtle, given as never);
  };
  Object.defineProperty(crypto.subtle, name, { value: refusing });
}

export {};
