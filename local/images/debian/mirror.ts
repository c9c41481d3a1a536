import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where Debian's packages come from. */
export interface Mirror {
  readonly main: string;
  /** It is absent when the host's own sources have none. */
  readonly security?: string;
  /** The path on the host of the key that signs it. */
  readonly keyring: string;
}

interface Source {
  readonly keyring?: string;
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

const debianMirror: Mirror = {
  main: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
  keyring,
};

/** Debian's archive has the suites that its mirrors have dropped. */
export const archiveMirror: Mirror = {
  main: "http://archive.debian.org/debian",
  security: "http://archive.debian.org/debian-security",
  keyring,
};

/** The names of Debian's own suites. Third parties name theirs otherwise, or have no component `main`. */
const debianSuite = /^(?:buster|bullseye|bookworm|trixie|forky|sid|unstable|testing|stable|oldstable|oldoldstable)$/;

/**
 * Finds the mirror that the host's own apt uses, which may be the only one that an isolated network can reach. On
 * another system than Debian it is Debian's public mirror. `root` is the host's root folder.
 */
export async function hostMirror(root = "/"): Promise<Mirror> {
  const sources = await readSources(join(root, "etc/apt"));
  const candidates = sources.filter(
    (source) => source.components.includes("main") && source.suites.some((suite) => debianSuite.test(suite)),
  );
  // Some third parties give their own packages the names of Debian's suites. The address of a Debian mirror nearly
  // always ends like this.
  const main = candidates.find((source) => source.uri.endsWith("/debian")) ?? candidates[0];
  if (main === undefined) return debianMirror;
  const security = sources.find((source) =>
    source.suites.some((suite) => /^[a-z]+(?:-security|\/updates)$/.test(suite)),
  );
  return {
    main: main.uri,
    keyring: main.keyring ?? keyring,
    ...(security === undefined ? {} : { security: security.uri }),
  };
}

async function readSources(folder: string): Promise<readonly Source[]> {
  const parts = join(folder, "sources.list.d");
  const names = await readdir(parts).catch(() => []);
  const paths = [join(folder, "sources.list"), ...names.sort().map((name) => join(parts, name))];
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(path, "utf8").catch(() => "")] as const),
  );
  return texts.flatMap(([path, text]) =>
    path.endsWith(".sources") ? deb822Sources(text) : path.endsWith(".list") ? lineSources(text) : [],
  );
}

/** Reads lines such as `deb [options] URI SUITE COMPONENT…`. */
function lineSources(text: string): readonly Source[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    return [{ uri: uri.replace(/\/$/, ""), suites: [suite], components: words(components), ...keyringOf(signedBy) }];
  });
}

/** Reads paragraphs of `Types:`, `URIs:`, `Suites:` and `Components:`. */
function deb822Sources(text: string): readonly Source[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const unfolded = paragraph.replace(/^#.*\n?/gm, "").replace(/\n[ \t]+/g, " ");
    const fields = new Map(
      unfolded.split("\n").flatMap((line) => {
        const colon = line.indexOf(":");
        return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), words(line.slice(colon + 1))] as const];
      }),
    );
    const uri = fields.get("uris")?.[0];
    if (uri === undefined || fields.get("enabled")?.[0] === "no" || !fields.get("types")?.includes("deb")) return [];
    const [suites, components] = [fields.get("suites") ?? [], fields.get("components") ?? []];
    return [{ uri: uri.replace(/\/$/, ""), suites, components, ...keyringOf(fields.get("signed-by")?.[0]) }];
  });
}

/** Gives the key's path. The sources may hold the key itself instead; then Debian's own keyring is used. */
function keyringOf(signedBy: string | undefined): { keyring?: string } {
  return signedBy?.startsWith("/") ? { keyring: signedBy } : {};
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Writes the lines of a `sources.list` for one suite. Without `signed`, apt uses its trusted keys. */
export function sourceLines(mirror: Mirror, suite: string, options: { readonly signed: boolean }): readonly string[] {
  const deb = options.signed ? `deb [signed-by=${mirror.keyring}]` : "deb";
  const main = `${deb} ${mirror.main} ${suite} main`;
  return mirror.security === undefined ? [main] : [main, `${deb} ${mirror.security} ${suite}-security main`];
}
