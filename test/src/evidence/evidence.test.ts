import type { File, Secret } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { readEvidence, refuseSame } from "../../../src/evidence/evidence.ts";
import { signerOf } from "../../../src/evidence/keys.ts";
import { ecdsa, ed25519 } from "./pairs.ts";

/* Which keys a site has: who judges, who is believed, and who approves. */

const file = (text: string): File => ({ contents: async () => text }) as unknown as File;
const secret = (text: string): Secret => ({ plaintext: async () => text }) as unknown as Secret;
const [judge, approver] = [ed25519(), ecdsa()];

test("those who approve are others than those who judge", async () => {
  const evidence = await readEvidence({
    ...{ signingKey: secret(judge.secret), verificationKey: file(judge.open), approvalKey: file(approver.open) },
  });
  expect(evidence.approvers).toHaveLength(1);
  expect((await readEvidence({})).approvers).toBeUndefined();
});

test.each([
  ["--verification-key", { verificationKey: file(judge.open) }],
  ["--signing-key", { signingKey: secret(judge.secret) }],
  ["both", { signingKey: secret(approver.secret), verificationKey: file(`${approver.open}${judge.open}`) }],
])("a key of --approval-key that is one of %s is refused", async (flag, given) => {
  await expect(readEvidence({ ...given, approvalKey: file(`${approver.open}${judge.open}`) })).rejects.toThrow(
    flag === "both"
      ? /^Key \w{16} of --approval-key is one that signs verdicts as well \(--verification-key\): who judges/
      : new RegExp(
          `^Key \\w{16} of --approval-key is one that signs verdicts as well \\(${flag}\\): who judges does not approve\\.`,
        ),
  );
});

test("the key of who approves is named by the flag that it came by", () => {
  const { trusted } = signerOf(judge.secret);
  const flags = { approving: "--signing-key", judging: "--verification-key" };
  expect(() => refuseSame([trusted], [trusted], flags)).toThrow(
    /^Key \w{16} of --signing-key is one that signs verdicts as well \(--verification-key\)/,
  );
  expect(() => refuseSame([trusted], [], flags)).not.toThrow();
});

test("what is no public key is refused by its flag", async () => {
  await expect(readEvidence({ approvalKey: file(approver.secret) })).rejects.toThrow(
    /^--approval-key: expected a public/,
  );
});
