// What the line needs of the browser: the network, the clock, randomness. Nothing else in src/ touches them.
import type { Random } from "./sealed/framing.ts";
import type { Clock, Relay } from "./sealed/line.ts";

const MOST_MS = 60_000;

/** Where requests go. */
export const relay: Relay = {
  async post(route, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), MOST_MS);
    try {
      const answer = await fetch(`/v1/${route}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/octet-stream" },
        cache: "no-store",
        credentials: "omit",
        // Another page's sign-in is an answer that no relay gives, and not followed.
        redirect: "manual",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
      const type = answer.headers.get("content-type") ?? "";
      return { status: answer.status, type, body: new Uint8Array(await answer.arrayBuffer()) };
    } finally {
      clearTimeout(timer);
    }
  },
};

// Android's WebView says "wv", an iPhone's leaves "Safari" out; the rest name themselves. Another app's window can also
// be an ordinary browser's, and then nothing tells.
const IN_APP = /; wv\)|Telegram|FBA[NV]|FB_IAB|Instagram|VKAndroidApp|VKClient|Viber|WhatsApp|Line\/|MicroMessenger|^(?=.*iP(hone|ad|od))(?!.*Safari)/;

/** Whether the page stands inside another app, such as a messenger, that can read along. */
export const inApp = (): boolean => IN_APP.test(navigator.userAgent);

export const clock: Clock = { now_ms: () => Date.now() };

export const random: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
