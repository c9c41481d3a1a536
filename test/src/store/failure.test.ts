import { describe, expect, test } from "vitest";
import { type Asking, failureText, type StoreFailure } from "../../../src/store/failure.ts";

const where = "s3://models/ in us-east-1";
const told = (failure: Partial<StoreFailure>, asking: Partial<Asking> = {}): string =>
  failureText(
    { kind: "other", detail: "", key: "", ...failure },
    { ...{ where, endpoint: "", admitted: true, writes: false }, ...asking },
  );

describe("why a store did not do what it was asked", () => {
  test.each<[StoreFailure["kind"], RegExp]>([
    [
      "unreachable",
      /^The model store s3:\/\/models\/ in us-east-1 does not answer \(refused\)\. .*--store.*store\.url/,
    ],
    ["certificate", /certificate of the model store .* is not trusted \(refused\)\. .*authority/],
    ["credentials", /^--store-credentials cannot be read: refused\. .*aws_access_key_id and aws_secret_access_key/],
    ["secret", /does not accept the credentials \(refused\)\. .*--store-credentials/],
    ["permission", /does not let this key read .*s3:GetObject and s3:ListBucket.*s3:PutObject/],
    ["clock", /refuses the time of the request \(refused\)\. The clock .* it now says \d{4}-\d\d-\d\dT/],
    ["bucket", /^There is no such bucket: the model store s3:\/\/models\/.*--store/],
    ["region", /in another region \(refused\)\. Add \?region=REGION/],
    ["absent", /^There is no such place: the model store/],
    ["damaged", /was changed or damaged: refused\. It is not used/],
    ["forked", /are those of two histories: refused\. .* Nothing of either is lost.*take away the one/],
    ["untrusted", /is not believed: refused\. .*--verification-key.*several keys/],
    ["none", /is none: there is no .*, and refused\. .*store-in-folder --folder=DIR/],
    ["other", /^The model store s3:\/\/models\/ in us-east-1 failed \(refused\)\.$/],
  ])("%s: what, where, and what to do", (kind, words) => {
    expect(told({ kind, detail: "refused" })).toMatch(words);
  });

  test("what it is about is named", () => {
    expect(told({ kind: "absent", key: "blobs/sha256/ab/abc" })).toMatch(
      /^There is no blobs\/sha256\/ab\/abc in the model store/,
    );
    // Who reads a pointer whose version is not there is not left with half of a model.
    for (const key of ["versions/sha256/abc.json", "blobs/sha256/ab/abc"]) {
      expect(told({ kind: "absent", key })).toMatch(/export or a copy was ended.*store the model again/);
      expect(told({ kind: "damaged", key })).toMatch(/store the model again from the run that made it/);
    }
    // A move is history: no model that is stored again mends it.
    expect(told({ kind: "damaged", key: "pointers/production/00000001.json" })).not.toMatch(/store the model again/);
    expect(told({ kind: "damaged", key: "pointers/production/00000001.json", detail: "x" })).toMatch(
      /^pointers\/production\/00000001\.json in the model store/,
    );
    expect(told({ kind: "permission", key: "versions/x" }, { writes: true })).toMatch(
      /let this key write versions\/x in it/,
    );
  });

  test.each(["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"])(
    "one at %s is the container's own, and how this machine's is reached is said",
    (endpoint) => expect(told({ kind: "unreachable" }, { endpoint })).toMatch(/own: .* ML_PIPELINE_HOST_PORTS=9000 /),
  );

  test.each(["https://s3.example.com", ""])("one at %j is elsewhere", (endpoint) =>
    expect(told({ kind: "unreachable" }, { endpoint })).not.toContain("ML_PIPELINE_HOST_PORTS"),
  );

  test("who shows no credentials is told to", () => {
    expect(told({ kind: "permission" }, { admitted: false })).toMatch(/no credentials.*Give --store-credentials/);
  });
});
