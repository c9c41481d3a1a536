import type { Directory } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { refuseFolder } from "../../../src/functions/store-model.ts";
import { placeOf, storeOf } from "../../../src/store/store.ts";

const folder = {} as unknown as Directory;

test("where there is no store, who reads is told of a folder, and who writes how that is written", () => {
  expect(() => storeOf({}, undefined)).toThrow(
    /--store=s3:.*store\.url.*A folder is one as well: --store-folder=DIR\./,
  );
  const writes = (): unknown => storeOf({}, undefined, "writes");
  expect(writes).toThrow(/--store=s3:.*`store-in-folder --folder=DIR … export --path=DIR` alone\./);
  expect(writes).not.toThrow("A folder is one as well");
});

test("a folder is called by the flag that it came by", () => {
  expect(placeOf(storeOf({ folder }, undefined))).toBe("in the folder of --store-folder");
  expect(placeOf(storeOf({ folder, folderFlag: "--folder" }, "s3://models"))).toBe("in the folder of --folder");
});

test("what cannot write to a folder says who wanted to, and what does it", () => {
  expect(() => refuseFolder({ store: {} })).not.toThrow();
  expect(() => refuseFolder({ store: { folder } })).toThrow(/^A function cannot write .*`store-in-folder --folder=DIR/);
  for (const flag of ["--store-as=candidate", "deploy.production.pointer"]) {
    expect(() => refuseFolder({ store: { folder } }, flag)).toThrow(
      new RegExp(`^${flag} moves a pointer .*store-in-folder .*or a bucket: --store=s3:`),
    );
  }
});
