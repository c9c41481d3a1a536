import { describe, expect, test } from "vitest";
import { addressOf, addressText, refusedAddress } from "../../../src/store/address.ts";

const plain = { bucket: "models", prefix: "", endpoint: "", region: "us-east-1" };

describe("the address of a store", () => {
  test.each([
    ["s3://models", plain],
    ["s3://models/", plain],
    ["s3://models/census", { ...plain, prefix: "census/" }],
    ["s3://models//team-a/census/", { ...plain, prefix: "team-a/census/" }],
    ["s3://models/census?region=eu-central-1", { ...plain, prefix: "census/", region: "eu-central-1" }],
    ["s3://models?endpoint=https://s3.example.com:9000", { ...plain, endpoint: "https://s3.example.com:9000" }],
    ["s3://models?endpoint=http://[::1]:9000", { ...plain, endpoint: "http://[::1]:9000" }],
    [
      "s3://models/x?endpoint=http://10.0.0.1/s3/&region=garage",
      { bucket: "models", prefix: "x/", endpoint: "http://10.0.0.1/s3", region: "garage" },
    ],
  ])("%s", (text, address) => {
    expect(addressOf(text)).toEqual(address);
  });

  test.each([
    ...[
      "",
      "models",
      "s3://",
      "s3://Models",
      "gs://models",
      "https://models",
      "s3://key:secret@models",
      "s3://models/a/../b",
    ],
    ...["s3://models/a b", "s3://models?endpoint=models.example.com", "s3://models?endpoint=https://key:secret@host"],
    ...[
      "s3://models?endpoint=http://[::1",
      "s3://models?endpoint=http://[key]:9000",
      "s3://models?endpoint=http://::1",
    ],
    ...["s3://models?profile=me", "s3://models?region=", "s3://models?region=eu west", "s3://models/x#y"],
  ])("is not %j", (text) => {
    expect(addressOf(text)).toBeUndefined();
  });

  test.each([
    ...["s3://AKIAKEY:S3CR3T@models", "s3://AKIAKEY:S3CR3T/with/slashes@models/x", "s3://AKIAKEY:S3?CR3T@models"],
    ...["AKIAKEY:S3CR3T@models", "s3://AKIAKEY:S3CR3T", "s3://models?endpoint=https://AKIAKEY:S3CR3T@host"],
    ...["s3://models?secret=S3CR3T", "s3://models?region=x&aws_secret_access_key=S3CR3T", "s3://models#S3CR3T"],
    ...["s3://AKIAKEY:S3CR3T@models\n", "https://AKIAKEY:S3CR3T@models.example.com"],
  ])("that is none and may hold a secret is not shown: %j", (text) => {
    expect(addressOf(text)).toBeUndefined();
    expect(refusedAddress(text)).toMatch(/^(?:s3:\/\/|https:\/\/)?…: expected s3:\/\/BUCKET.*--store-credentials\.$/);
    expect(refusedAddress(text)).not.toMatch(/AKIA|S3|CR3T/);
  });

  test.each(["models", "gs://models", "s3://Models", "s3://models/a b", "s3://models?region=eu west"])(
    "that is none is shown, so that what is wrong with it is seen: %s",
    (text) => {
      expect(refusedAddress(text)).toContain(`${text}: expected s3://BUCKET`);
    },
  );

  test("is shown with what leads to it", () => {
    expect(addressText({ ...plain, prefix: "census/" })).toBe("s3://models/census/ in us-east-1");
    expect(addressText({ ...plain, endpoint: "https://s3.example.com" })).toBe(
      "s3://models/ at https://s3.example.com",
    );
  });
});
