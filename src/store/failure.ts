import { z } from "zod";
import { loopbackHint } from "../loopback.ts";
import { LACKING } from "./lacking.ts";

/** What `model_store.py` says when it did not do what it was asked. */
export const failureSchema = z.object({
  kind: z.enum([
    "unreachable",
    "certificate",
    "credentials",
    "secret",
    "permission",
    "clock",
    "bucket",
    "region",
    "absent",
    "damaged",
    "forked",
    "untrusted",
    "none",
    "other",
  ]),
  detail: z.string(),
  /** The object that it is about; empty for the store itself. */
  key: z.string(),
});
export type StoreFailure = Readonly<z.output<typeof failureSchema>>;

/** The store, and who asks. */
export interface Asking {
  /** The place of the store, for messages. */
  readonly where: string;
  /** The address of whoever serves it; empty where the place says it all. */
  readonly endpoint: string;
  /** Whether credentials were given. */
  readonly admitted: boolean;
  /** Whether something was to be written. */
  readonly writes: boolean;
}

/** Why a store did not do what it was asked, and what to do: what, where, and which setting. */
export function failureText(
  { kind, detail, key }: StoreFailure,
  { where, endpoint, admitted, writes }: Asking,
): string {
  const words = detail === "" ? "" : ` (${detail})`;
  const object = key === "" ? "" : `${key} in `;
  const at = `the model store ${where}`;
  switch (kind) {
    case "unreachable":
      return `${capital(at)} does not answer${words}. Is its address right (--store, or store.url in the configuration), does it run, and does the network of the engine lead there?${loopbackHint(endpoint, detail)}`;
    case "certificate":
      return `The certificate of ${at} is not trusted${words}. Make its authority known to the machine that the engine runs on.`;
    case "credentials":
      return `--store-credentials cannot be read: ${detail}. It is the text of an AWS credentials file: [default], and below it aws_access_key_id and aws_secret_access_key.`;
    case "secret":
      return `${capital(at)} does not accept the credentials${words}. Is the text of --store-credentials that of a key which is still valid, and its secret the right one?`;
    case "permission":
      return admitted
        ? `${capital(at)} does not let this key ${writes ? "write" : "read"} ${object}it${words}. It needs s3:GetObject and s3:ListBucket to read, and s3:PutObject to write; nothing is ever deleted.`
        : `${capital(at)} refuses whoever shows no credentials${words}. Give --store-credentials before the function: the text of an AWS credentials file, as a secret.`;
    case "clock":
      return `${capital(at)} refuses the time of the request${words}. The clock of the machine that the engine runs on is wrong: it now says ${new Date().toISOString()}.`;
    case "bucket":
      return `There is no such bucket: ${at}${words}. Make it, or correct the address (--store, or store.url in the configuration).`;
    case "region":
      return `${capital(at)} is in another region${words}. Add ?region=REGION to the address (--store, or store.url in the configuration).`;
    case "absent":
      return `There is no ${key === "" ? "such place: " : object}${at}${words}: ${isOfModel(key) ? LACKING : "somebody has deleted it, or it never came to be"}.`;
    case "damaged":
      return `${key === "" ? capital(at) : `${object}${at}`} was changed or damaged: ${detail}. It is not used. Put back what was there${isOfModel(key) ? ", or store the model again from the run that made it: that writes it again" : ", such as an earlier version of the object: no call writes it again"}.`;
    case "forked":
      return `The moves of a pointer, ${object}${at}, are those of two histories: ${detail}. Two stores came into one place, or two wrote to a folder at once. Nothing of either is lost, and none is believed: take away the one of them that is not to count, and the moves that came after it.`;
    case "untrusted":
      return `${object}${at} is not believed: ${detail}. Name the key that signed it with --verification-key, if it is to be trusted: the file may hold several keys.`;
    case "none":
      return `${capital(at)} is none: there is no ${key}, and ${detail}. Name the folder that \`store-in-folder … export --path=DIR\` wrote; of an empty one, \`store-in-folder --folder=DIR\` makes a store.`;
    case "other":
      return `${capital(at)} failed${key === "" ? "" : ` at ${key}`}${words}.`;
  }
}

/** Whether an object is of a model, so that who has that model can make it again; a move of a pointer is history. */
const isOfModel = (key: string): boolean => /^(?:blobs|versions)\//.test(key);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
