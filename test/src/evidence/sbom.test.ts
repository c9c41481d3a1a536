import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { pythonLicences } from "../../../src/evidence/licences.ts";
import { packageCount, packagesIn, sbomOf } from "../../../src/evidence/sbom.ts";
import { packages } from "./image-facts.ts";

const image = {
  name: "localhost:5000/team/model",
  digest: `sha256:${"a".repeat(64)}`,
  model: `sha256:${"b".repeat(64)}`,
};

const officialSchema = (name: string): object =>
  JSON.parse(
    readFileSync(
      new URL(
        `../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`,
        import.meta.url,
      ),
      "utf8",
    ),
  );

describe("the packages of an image", () => {
  let problemsOf: (bom: object) => unknown;
  beforeAll(() => {
    // The forms of addresses and e-mails are not checked: nothing here has one of its own.
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
      ajv.addSchema(officialSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    }
    const validate = ajv.compile(officialSchema("bom-1.6"));
    problemsOf = (bom) => (validate(JSON.parse(JSON.stringify(bom))) ? null : validate.errors);
  }, 120_000);

  test.each([
    ["an image of Debian", packages],
    ["one without a system", { system: "", release: "", python: [], debian: [] }],
  ])("are CycloneDX 1.6 of %s", (_what, found) => expect(problemsOf(sbomOf(found, image))).toBeNull());

  test("would not be with something that is none", () => {
    expect(problemsOf({ ...sbomOf(packages, image), serialNumber: "17" })).not.toBeNull();
  });
});

test("packages are named by package URLs, once each, with what is known of their licences", () => {
  const { components } = JSON.parse(JSON.stringify(sbomOf(packages, image)));
  expect(components).toMatchObject([
    { type: "machine-learning-model", version: image.model },
    { type: "operating-system", name: "debian", version: "13" },
    { purl: "pkg:pypi/flask-login@0.6.3", name: "Flask_Login", licenses: [{ license: { id: "MIT" } }] },
    { purl: "pkg:pypi/numpy@2.4.0%2Bcpu", licenses: [{ expression: "BSD-3-Clause AND 0BSD" }] },
    {
      purl: "pkg:pypi/pip@25.3",
      properties: [
        { name: "ml-pipeline:path", value: "/usr/local/lib/python3.11/site-packages" },
        { name: "ml-pipeline:path", value: "/opt/venv/lib/python3.11/site-packages" },
      ],
    },
    { purl: "pkg:pypi/pandas@3.0.0", licenses: [{ license: { name: "BSD License" } }] },
    {
      purl: "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=glibc",
      licenses: [{ license: { name: "LGPL-2.1+" } }],
    },
    { purl: "pkg:deb/debian/login@1:4.16.0-2?arch=all&distro=debian-13" },
  ]);
  expect(components).toHaveLength(8);
  // The same number where the list is attached and where it is read, without the model and the system.
  expect([packageCount(packages), packagesIn({ components })]).toEqual([6, 6]);
});

test("equal images give equal texts, and others another serial number", () => {
  const text = (digest: string): string => JSON.stringify(sbomOf(packages, { ...image, digest }));
  expect(text(image.digest)).toBe(text(image.digest));
  const serial = (digest: string): string => JSON.parse(text(digest)).serialNumber;
  expect(serial(image.digest)).not.toBe(serial(`sha256:${"c".repeat(64)}`));
});

const classifier = (name: string): string => `License :: OSI Approved :: ${name}`;

test.each<[string, Partial<Parameters<typeof pythonLicences>[0]>, object[]]>([
  [
    "an expression",
    { expression: "MIT", license: "other", classifiers: [classifier("BSD License")] },
    [{ expression: "MIT" }],
  ],
  ["a classifier that means one", { classifiers: [classifier("MIT License")] }, [{ license: { id: "MIT" } }]],
  [
    "several that mean one each",
    { classifiers: [classifier("MIT License"), classifier("Apache Software License")] },
    [{ license: { id: "MIT" } }, { license: { id: "Apache-2.0" } }],
  ],
  [
    "a name, before a classifier that means several",
    { license: "BSD-3-Clause", classifiers: [classifier("BSD License")] },
    [{ license: { name: "BSD-3-Clause" } }],
  ],
  [
    "a classifier, before a whole text",
    { license: "Copyright\nyou may", classifiers: [classifier("BSD License")] },
    [{ license: { name: "BSD License" } }],
  ],
  ["nothing", { license: "UNKNOWN", classifiers: ["License :: OSI Approved"] }, []],
])("the licence of a package is that of %s", (_what, given, licences) =>
  expect(pythonLicences({ expression: "", license: "", classifiers: [], ...given })).toEqual(licences),
);
