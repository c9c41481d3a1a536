import {
  type Attempt,
  attempted,
  mayPassLater,
  PATIENCE,
  type Patience,
  type Refused,
  refusal,
  waitOf,
  withoutAnswer,
} from "../delivery/attempts.ts";
import { withoutSecrets } from "../delivery/without-address.ts";
import { jsonOf } from "../json.ts";
import { bodyOf } from "./body.ts";
import { ForgeError } from "./error.ts";

/* Requests to a forge's API with a token, which goes to no other host. */

export interface Answered {
  readonly json: unknown;
  readonly headers: Headers;
}

/**
 * Asks a forge.
 *
 * @param url in full, or below its API
 * @throws ForgeError where it refuses, answers more than there may be, or does not answer three times
 */
export type Ask = (method: Method, url: string, body?: object) => Promise<Answered>;

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export interface ForgeAccess {
  /** What the paths of its API begin with. */
  readonly api: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be seen in anything. */
  readonly secrets: readonly string[];
  readonly patience?: Patience;
}

/** How often one request is sent on. */
const MOST_REDIRECTS = 3;

export function askerOf({ api, headers, secrets, patience = PATIENCE }: ForgeAccess): Ask {
  const { origin } = new URL(api);
  const send = async (method: Method, url: URL, body: object | undefined): Promise<Attempt<Sent>> => {
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          ...{ "user-agent": "ml-pipeline", accept: "application/json" },
          ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The headers have the token.
        redirect: "manual",
        signal: AbortSignal.timeout(patience.timeout),
      });
      const text = await bodyOf(answer, origin);
      const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
      if (answer.ok || location !== null) return { done: true, value: { answer, text, location } };
      return refusedBy(
        answer,
        refusal(answer.status, text, (said) => withoutSecrets(said, secrets)),
      );
    } catch (error) {
      if (error instanceof ForgeError) throw error;
      return withoutAnswer(error, patience);
    }
  };
  const ask = async (method: Method, url: URL, body: object | undefined, redirects = 0): Promise<Answered> => {
    if (url.origin !== origin) {
      const elsewhere = withoutSecrets(url.origin, secrets);
      throw new ForgeError(`${origin} sends on to ${elsewhere}, which is another host and is not told the token`);
    }
    const made = await attempted(() => send(method, url, body), patience);
    if (!made.done) throw new ForgeError(made.reason, made.mayPass ? undefined : made.status);
    const { answer, text, location } = made.value;
    if (location === null) return { json: jsonOf(text), headers: answer.headers };
    if (redirects === MOST_REDIRECTS || !URL.canParse(location, url.href)) {
      throw new ForgeError(`HTTP ${answer.status}: it sends on and on, or nowhere`);
    }
    return ask(method, new URL(location, url), body, redirects + 1);
  };
  return (method, url, body) => ask(method, new URL(url.startsWith("/") ? `${api}${url}` : url), body);
}

interface Sent {
  readonly answer: Response;
  readonly text: string;
  /** Where the answer sends on to; null for an answer that is one. */
  readonly location: string | null;
}

/** GitHub says 403 as well where there were too many requests. */
function refusedBy(answer: Response, reason: string): Refused {
  const { status, headers } = answer;
  const isLimited = status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0");
  return { done: false, reason, status, mayPass: isLimited || mayPassLater(status), wait: waitOf(answer) };
}
