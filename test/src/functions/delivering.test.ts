import { expect, test } from "vitest";
import type { Context } from "../../../src/context/context.ts";
import { deliver, notMovedText, type StoredVersion, waitingText } from "../../../src/functions/delivering.ts";
import { sameCall } from "../../../src/functions/going-on.ts";
import type { Site } from "../../../src/functions/site.ts";
import { configOf } from "../support.ts";

test("a refused argument is told to who made the call, and to nobody else", async () => {
  let asked = 0;
  const ask = async (): Promise<never> => {
    asked++;
    throw new Error("nobody is to be asked");
  };
  const site = { webhook: { address: { plaintext: ask } }, cluster: {} } as unknown as Site;
  const context = {
    config: configOf('[deploy.production]\ndeployment = "model"\n'),
    project: {},
  } as unknown as Context;
  const delivery = {
    ...{ environment: "production", image: `team/model@sha256:${"a".repeat(64)}`, records: {}, cause: "" },
    ...{ dryRun: false, stored: ask, canary: { approved: ["erors"] } },
  };
  await expect(deliver(site, context, delivery, ask)).rejects.toThrow(/^--approve=erors: .*did you mean errors\?/);
  expect(asked).toBe(0);
});

test("what waits is told with the call that lets it go on, or with the same one", () => {
  const waits = { reasons: ["the code changed"], next: "ml-pipeline promote --from=a" };
  expect(waitingText("production", waits, false)).toBe(
    "production waits for a person: the code changed. Who has looked at it goes on with `ml-pipeline promote --from=a`",
  );
  expect(waitingText("staging", { ...waits, next: sameCall(["errors"]) }, true)).toBe(
    "staging would wait for a person: the code changed. Who has looked at it would go on with the same call again and --approve=errors",
  );
});

test("a move of the pointer that could not be signed is told before anything is deployed", async () => {
  const context = {
    config: configOf('[deploy.production]\ndeployment = "model"\npointer = "production"\n'),
    project: {},
  } as unknown as Context;
  const stored = async () =>
    ({
      open: { context: { evidence: {} }, trust: { asks: "--verification-key", trusted: [] } },
      version: `sha256:${"b".repeat(64)}`,
    }) as unknown as StoredVersion;
  const never = async (): Promise<never> => {
    throw new Error("nobody is to be asked");
  };
  const delivery = {
    ...{ environment: "production", image: `team/model@sha256:${"a".repeat(64)}`, records: {}, cause: "" },
    ...{ dryRun: true, isUnpushed: true, stored },
  };
  // A site without a cluster: whoever asked it would fail otherwise.
  const { report, text } = await deliver({} as Site, context, delivery, never);
  expect(report.status).toBe("failed");
  expect(text).toContain(
    "--verification-key asks for signatures, and there is nothing to sign the move of a pointer with: give --signing-key before the function.",
  );
});

test("an image that runs without its pointer is told with the way on, on a line of its own; a dry run has none", () => {
  const about = { environment: "production", pointer: "live", dryRun: false };
  expect(notMovedText("why.", about).split("\n")).toEqual([
    "production was deployed, and the pointer live of the model store was not moved (deploy.production.pointer): why.",
    "The same call again moves it.",
  ]);
  expect(notMovedText("why.", { ...about, dryRun: true })).toBe(
    "production would be deployed, and the pointer live of the model store would not be moved (deploy.production.pointer): why.",
  );
});
