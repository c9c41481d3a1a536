import { createHash } from "node:crypto";
import { isObject } from "../json.ts";
import { debianLicences, type Licence, pythonLicences } from "./licences.ts";
import type { DebianPackage, Packages, PythonPackage } from "./packages.ts";

/*
 * The packages of an image as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Equal images give equal texts: no time and no
 * random number is in it.
 */

/** What the statement is that carries it. */
export const SBOM_TYPE = "https://cyclonedx.org/bom";

/** The type of a component that is a package. */
const PACKAGE = "library";

/** The image that the packages are of. */
export interface DescribedImage {
  /** `REGISTRY/NAME`. */
  readonly name: string;
  /** `sha256:…` */
  readonly digest: string;
  /** The hash of the model's files, `sha256:…`. */
  readonly model: string;
}

interface Component {
  readonly type: string;
  readonly "bom-ref": string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly Licence[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export function sbomOf(packages: Packages, { name, digest, model }: DescribedImage): object {
  const image = `pkg:oci/${encoded(name.split("/").at(-1) ?? name)}@${encoded(digest)}?repository_url=${encoded(name)}`;
  const { system, release } = packages;
  const found = [
    { type: "machine-learning-model", "bom-ref": `model:${model}`, name: "model", version: model },
    ...(system === ""
      ? []
      : [{ type: "operating-system", "bom-ref": `os:${system}`, name: system, version: release || "unknown" }]),
    ...packageComponents(packages),
  ];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialOf(digest), version: 1 },
    metadata: {
      tools: { components: [{ type: "application", name: "ml-pipeline" }] },
      component: { type: "container", "bom-ref": image, name, version: digest, purl: image },
    },
    components: found,
    dependencies: [{ ref: image, dependsOn: found.map((one) => one["bom-ref"]) }],
    // What was copied into an image without a package manager is not seen.
    compositions: [{ aggregate: "incomplete", assemblies: [image] }],
  };
}

const packageComponents = (packages: Packages): Component[] =>
  once([...packages.python.map(pythonComponent), ...packages.debian.map((one) => debianComponent(one, packages))]);

/** How many packages the list of an image has: what `packagesIn` finds in it again, so that both sides name one number. */
export const packageCount = (packages: Packages): number => packageComponents(packages).length;

/** How many packages a list has, without the model and the operating system, which are components of it as well. */
export const packagesIn = ({ components }: Readonly<Record<string, unknown>>): number =>
  Array.isArray(components) ? components.filter((one) => isObject(one) && one.type === PACKAGE).length : 0;

function pythonComponent(found: PythonPackage): Component {
  const name = found.name.toLowerCase().replace(/[-_.]+/g, "-");
  const licenses = pythonLicences(found);
  const files = found.files === "" ? [] : [{ name: "ml-pipeline:files-sha256", value: found.files }];
  return {
    ...library(`pkg:pypi/${encoded(name)}@${encoded(found.version)}`, found, licenses),
    properties: [{ name: "ml-pipeline:path", value: found.path }, ...files],
  };
}

function debianComponent(found: DebianPackage, { system, release }: Packages): Component {
  const given: readonly (readonly [string, string])[] = [
    ["arch", found.architecture],
    ["distro", release === "" ? "" : `${system}-${release}`],
    ["upstream", found.source === found.name ? "" : found.source],
  ];
  const qualifiers = given.filter(([, value]) => value !== "").map(([key, value]) => `${key}=${encoded(value)}`);
  const purl = `pkg:deb/${encoded(system || "debian")}/${encoded(found.name)}@${encoded(found.version)}`;
  return library(`${purl}?${qualifiers.join("&")}`, found, debianLicences(found.licenses));
}

const library = (
  purl: string,
  { name, version }: { readonly name: string; readonly version: string },
  licenses: readonly Licence[],
): Component => ({
  ...{ type: PACKAGE, "bom-ref": purl, name, version, purl },
  ...(licenses.length === 0 ? {} : { licenses }),
});

/** A package that is installed in several folders is one component, with each folder. */
function once(components: readonly Component[]): Component[] {
  const byReference = new Map<string, Component>();
  for (const one of components) {
    const known = byReference.get(one["bom-ref"]);
    const properties = [...(known?.properties ?? []), ...(one.properties ?? [])];
    byReference.set(one["bom-ref"], { ...(known ?? one), ...(properties.length === 0 ? {} : { properties }) });
  }
  return [...byReference.values()];
}

/** As a package URL has it, where a colon stands for itself. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll("%3A", ":");

/** A serial number that another run gives as well. */
function serialOf(digest: string): string {
  const hex = createHash("sha256").update(`sbom ${digest}`).digest("hex");
  // Version 8 and the variant of RFC 9562: numbers that are made as one likes.
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}
