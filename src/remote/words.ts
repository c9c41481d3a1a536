import { z } from "zod";
import { explainExitCode } from "../containers/exit-code.ts";
import { line } from "../delivery/line.ts";
import { ACCESS_CODES } from "../delivery/reason-codes.ts";
import { reasonSentence } from "../delivery/reason-words.ts";
import { type Asking, failureSchema, failureText } from "../store/failure.ts";
import { printable } from "../text.ts";

/* What `train_kubernetes.py` writes, and the words for it. */

const isAccess = z.enum(ACCESS_CODES);

const reasonSchema = z.object({
  code: z.string(),
  detail: line.optional(),
  pod: line.optional(),
  container: line.optional(),
  names: z.array(line).optional(),
  exitCode: z.number().optional(),
});
type Reason = z.output<typeof reasonSchema>;

export const jobResult = z.object({
  outcome: z.enum(["done", "failed"]),
  server: line,
  context: line,
  namespace: line,
  name: line,
  /** Whether the Job was there before. */
  joined: z.boolean(),
  /** The last pod that trained. */
  pod: line,
  reason: reasonSchema.nullable(),
});
export type JobResult = Readonly<z.output<typeof jobResult>>;

/** Where the settings are. */
const TABLE = "training.kubernetes";

/** Where a training ran, as the end of a sentence. */
export const placeText = ({ name, namespace, joined }: JobResult): string =>
  `by Job ${name} in namespace ${namespace}${joined ? ", which was there already" : ""}`;

/** Whether the training itself failed, so that its own output says why. */
export const isOfTraining = ({ reason }: JobResult): boolean => reason?.code === "training";

/** Why a training gave no model, as a sentence that says what is wrong, where, and what to do. */
export function jobText(result: JobResult & { readonly reason: Reason }, asking: Asking): string {
  const { reason } = result;
  const access = isAccess.safeParse(reason.code).data;
  if (access !== undefined && access !== "forbidden") {
    const place = { ...result, table: TABLE, workload: { kind: "deployment", name: result.name } } as const;
    return reasonSentence({ ...reason, code: access }, place);
  }
  return printable(ownText(reason, result, asking));
}

const said = ({ detail }: Reason): string =>
  detail === undefined || detail === "" ? "" : `: ${detail.trim().replace(/[.]+$/, "")}`;

function ownText(reason: Reason, { name, namespace, server }: JobResult, asking: Asking): string {
  const job = `Job ${name} in namespace ${namespace}`;
  const again = "The same call finds it again";
  switch (reason.code) {
    case "forbidden":
      return `The API server at ${server} forbids it${said(reason)}. docs/remote-training.md has a Role with what is needed.`;
    case "other-job":
      return `${job} is there, and does not train this. Delete it, or choose another ${TABLE}.namespace.`;
    case "not-gone":
      return `${job} of an earlier call is to be removed and does not go: its finalizers hold it.`;
    case "missing":
      return `${job} cannot be made${said(reason)}. Is ${TABLE}.namespace right?`;
    case "rejected":
      return `The API server does not take ${job}${said(reason)}.`;
    case "not-created":
      return `The pod of ${job} cannot be made${said(reason)}. ${TABLE}.cpu, memory and gpu say what it asks for.`;
    case "unschedulable":
      return `No node took pod ${reason.pod} within ${TABLE}.pending-seconds${said(reason)}. ${TABLE}.cpu, memory, gpu, node-selector and tolerations say what it asks for.`;
    case "image":
      return `The image of pod ${reason.pod} does not come${said(reason)}. Can the nodes reach the registry of ${TABLE}.image, and does it need ${TABLE}.image-pull-secret?`;
    case "config":
      return `Container ${reason.container} of pod ${reason.pod} cannot be made${said(reason)}.`;
    case "training":
      return `The training ended with ${explainExitCode(reason.exitCode ?? 1)}${said(reason)}.`;
    case "memory":
      return `The training was killed for its memory in pod ${reason.pod} (exit code 137): it needs more than ${TABLE}.memory says, or than the node has.`;
    case "killed":
      return `Container ${reason.container ?? ""} of pod ${reason.pod} was ended from outside with ${explainExitCode(reason.exitCode ?? 1)}${said(reason)}, as often as ${TABLE}.retries allows.`;
    case "deadline":
      return `${job} did not end within its time (${TABLE}.timeout, or limits.train-seconds).`;
    case "stopped":
      return `${job} has failed${said(reason)}.`;
    case "no-result":
      return `${job} has ended well, and its pod is gone that says which model it wrote. The same call trains again.`;
    case "store": {
      const [kind = "other", key = ""] = reason.names ?? [];
      const failure = failureSchema.parse({ kind, key, detail: reason.detail ?? "" });
      const from = reason.pod === undefined ? "" : `From pod ${reason.pod}: `;
      return `${from}${failureText(failure, asking)}`;
    }
    case "cancelled":
      return `The training was cancelled${said(reason)}.`;
    case "deleted":
      return `Somebody deleted ${job} while it trained. The same call starts it again.`;
    case "lost":
      return `The API server at ${server} gives no answer any more that counts${said(reason)}. ${job} was left as it is. ${again}.`;
    default:
      return `Something came that this pipeline does not know (${reason.code})${said(reason)}. ${job} was left as it is. ${again}.`;
  }
}
