/* Addresses of a model store in S3, in the form that the Go Cloud Development Kit and others have for them. */

/** Where a store in S3 is; `model_store.py` reads it. */
export interface S3Address {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** `https://HOST`; empty for AWS. */
  readonly endpoint: string;
  readonly region: string;
}

export const ADDRESS_FORM =
  "expected s3://BUCKET/PREFIX, with ?region=REGION on AWS and ?endpoint=https://HOST elsewhere, and without any credentials";

/** What S3 takes as the region of whoever says none; other servers seldom look at it. */
const DEFAULT_REGION = "us-east-1";

const PARAMETERS: ReadonlySet<string> = new Set(["region", "endpoint"]);

/** Parses an address; undefined for what is none. */
export function addressOf(text: string): S3Address | undefined {
  const [, bucket, path = "", query = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./=-]*))?(?:\?(.*))?$/.exec(text) ?? [];
  const parameters = new URLSearchParams(query);
  const [region = DEFAULT_REGION, endpoint = ""] = [parameters.get("region"), parameters.get("endpoint")].map(
    (value) => value ?? undefined,
  );
  if (bucket === undefined || [...parameters.keys()].some((name) => !PARAMETERS.has(name))) return undefined;
  if (
    !/^[\w-]+$/.test(region) ||
    (endpoint !== "" && !/^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(:\d+)?(\/[\w./-]*)?$/i.test(endpoint))
  ) {
    return undefined;
  }
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.some((part) => part === "." || part === "..")) return undefined;
  const prefix = parts.map((part) => `${part}/`).join("");
  return { bucket, prefix, endpoint: endpoint.replace(/\/+$/, ""), region };
}

/** A text without anything that could be a secret: no user or password, and no parameter but those that an address has. */
const PLAIN = /^(?:[a-z0-9+.-]{0,20}:\/\/)?[^:@?#]*(?:\?(?:(?:region|endpoint)=[^@&]*(?:&|$))*)?$/i;

/** Why a text is no address. Where others have credentials in theirs, the text is not shown. */
export function refusedAddress(text: string): string {
  if (PLAIN.test(text)) return `${text}: ${ADDRESS_FORM}.`;
  const scheme = /^[a-z0-9+.-]{0,20}:\/\//i.exec(text)?.[0] ?? "";
  return `${scheme}…: ${ADDRESS_FORM}. It is not shown, since it may hold a secret: credentials are given with --store-credentials.`;
}

/** An address as messages show it. */
export const addressText = ({ bucket, prefix, endpoint, region }: S3Address): string =>
  `s3://${bucket}/${prefix}${endpoint === "" ? ` in ${region}` : ` at ${endpoint}`}`;
