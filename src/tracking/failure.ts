import { z } from "zod";
import { loopbackHint } from "../loopback.ts";

/** What `mlflow_tracking.py` says when it did not do what it was asked. */
export const failureSchema = z.object({
  kind: z.enum([
    "unreachable",
    "silent",
    "certificate",
    "token",
    "host",
    "login",
    "permission",
    "redirect",
    "stranger",
    "busy",
    "artifacts",
    "absent",
    "damaged",
    "refused",
  ]),
  detail: z.string(),
});
export type TrackingFailure = Readonly<z.output<typeof failureSchema>>;

/** The server, and who asks. */
export interface Asked {
  readonly url: string;
  /** Whether a token was given. */
  readonly admitted: boolean;
}

const ADDRESS = "--tracking, or tracking.url in the configuration";

/** Why a tracking server did not do what it was asked, and what to do: what, where, and which setting. */
export function failureText({ kind, detail }: TrackingFailure, { url, admitted }: Asked): string {
  const words = detail === "" ? "" : ` (${detail})`;
  const server = `MLflow at ${url}`;
  const { hostname, host } = new URL(url);
  switch (kind) {
    case "unreachable":
      return `${server} does not answer${words}. Is its address right (${ADDRESS}), does it run, and does the network of the engine lead there?${loopbackHint(url, detail)}`;
    case "silent":
      return `${server} takes connections and does not answer${words}. It is overloaded or hangs, or something else listens there.`;
    case "certificate":
      return `The certificate of ${server} is not trusted${words}. Make its authority known to the machine that the engine runs on.`;
    case "token":
      return `--tracking-token cannot be sent: ${detail}. It is the text of a token, or NAME:PASSWORD.`;
    case "host":
      return `${server} refuses its own name (Invalid Host header): it answers to the names that it was told alone. Start it with --allowed-hosts '${host},localhost:*' (with a comma between the names that it had before), or set MLFLOW_SERVER_ALLOWED_HOSTS; or name it by an address that it answers to.`;
    case "login":
      return admitted
        ? `${server} does not accept what --tracking-token says${words}. Is it a token that is still valid, or NAME:PASSWORD of somebody whom the server knows?`
        : `${server} asks who is calling${words}. Give --tracking-token before the function: a token, or NAME:PASSWORD, as a secret.`;
    case "permission":
      return admitted
        ? `${server} does not allow this to whoever --tracking-token says${words}. It needs the right to edit the experiment and the registered model, and to make them where they are not there yet.`
        : `${server} refuses whoever does not say who they are${words}. Give --tracking-token before the function, as a secret.`;
    case "redirect":
      return `${server} sends callers elsewhere${detail === "" ? "" : `, to ${detail}`}. A token goes to no other address than the one that was named: give that one (${ADDRESS}), or one that does not lead to a page to log in at.`;
    case "stranger":
      return `What answers at ${url} is no MLflow${words}. The address is that of the server alone, without what its pages add; behind a proxy it has a path, such as https://${hostname}/mlflow (${ADDRESS}).`;
    case "busy":
      return `${server} answers and cannot work${words}. Its own log says why.`;
    case "artifacts":
      return `${server} does not pass on files of ${detail === "" ? "that place" : `${detail}:`}. Start it with --artifacts-destination, and without --no-serve-artifacts: an experiment that was made before keeps its own place.`;
    case "absent":
      return `There is no such model in ${server}: ${detail}.`;
    case "damaged":
      return `A model in ${server} is not taken: ${detail}.`;
    case "refused":
      return `${server} does not take it${words}.`;
  }
}
