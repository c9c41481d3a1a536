import type { Context } from "../context/context.ts";
import { lookup } from "../lookup.ts";
import { type Flags, nextCall } from "./next-call.ts";
import type { Site } from "./site.ts";

/* What a person types who has looked at an image that waits. The image stands in it, so that nothing else goes on by that. */

/** What waits, and what was given with it. */
export interface WaitingCall {
  readonly environment: string;
  /** By digest. */
  readonly image: string;
  /** The environment that it comes from, which `promote` takes it from; it is deployed when absent. */
  readonly from?: string | undefined;
  /** Whether a report folder of the run is there to be given. */
  readonly hasReport?: boolean | undefined;
  /** Whether the requests of a canary were given by a flag. */
  readonly hasRequests?: boolean | undefined;
}

type Trust = Pick<Context, "config">;

/** Keys without which the settings of the project let nothing on. */
const keysFor = ({ config }: Trust): Flags => ({
  ...(config.evidence["require-signature"] ? { "verification-key": "keys.pem" } : {}),
  ...(config.approval["require-signature"] ? { "approval-key": "approvers.pem" } : {}),
});

/** The key that the move of the environment's pointer is signed with, where whoever reads the pointer asks for that. */
function moverKey({ evidence }: Site, { config }: Trust, { environment }: WaitingCall): Flags {
  const isAsked = config.evidence["require-signature"] || evidence.verificationKey !== undefined;
  return isAsked && lookup(config.deploy, environment)?.pointer !== undefined
    ? { "signing-key": "file:signing.pem" }
    : {};
}

const passedOn = ({ hasReport = false, hasRequests = false }: WaitingCall): string[] => [
  ...(hasReport ? ["--report=report/"] : []),
  ...(hasRequests ? ["--requests=requests.jsonl"] : []),
];

function deliverCall(site: Site, trust: Trust, waiting: WaitingCall, more: readonly string[]): string {
  const { environment, image, from } = waiting;
  const [verb, args] =
    from === undefined
      ? (["deploy", [`--image=${image}`, `--environment=${environment}`]] as const)
      : (["promote", [`--from=${from}`, `--to=${environment}`]] as const);
  return nextCall(site, verb, [...args, ...more, ...passedOn(waiting)], {
    ...moverKey(site, trust, waiting),
    ...keysFor(trust),
  });
}

/**
 * The call where a person's word is enough.
 *
 * @param checks those of a canary that the person has looked at
 */
export function letOnCall(site: Site, trust: Trust, waiting: WaitingCall, checks: readonly string[] = []): string {
  const approval = waiting.from === undefined ? [] : [`--approve-image=${waiting.image}`];
  return deliverCall(site, trust, waiting, [...approval, ...checks.map((check) => `--approve=${check}`)]);
}

/** How it begins where nothing but the flags of the call itself can tell how it goes on. */
export const SAME_CALL = "the same call again";

/** How a person lets a canary go on in the first environment, which no other one has the image for. */
export const sameCall = (checks: readonly string[]): string =>
  `${SAME_CALL} and ${checks.map((check) => `--approve=${check}`).join(" ")}`;

/** The calls where approvals are signed: that of who approves, with a key of their own, and the next one. */
export function approveCalls(site: Site, trust: Trust, waiting: WaitingCall): string {
  const { environment, image } = waiting;
  const keys = { "signing-key": "file:approver.pem", "verification-key": "keys.pem", ...keysFor(trust) };
  const approve = [`--image=${image}`, `--environment=${environment}`, "--by=NAME"];
  return `${nextCall(site, "approve", approve, keys)} && ${deliverCall(site, trust, waiting, [])}`;
}
