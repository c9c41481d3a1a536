import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A server of Maven packages. */
export interface MavenRepository {
  /** The address without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const central = "https://repo1.maven.org/maven2";

/**
 * Finds where this host gets the packages of Maven Central: the first mirror in Maven's settings that stands for it, with
 * the password of that mirror, or else Maven Central. `root` is the host's root folder.
 */
export async function mavenCentral(home = homedir(), root = "/"): Promise<MavenRepository> {
  // Maven asks the user's settings before those of its installation.
  const folders = [join(home, ".m2"), ...installations().map((folder) => join(root, folder))];
  const texts = await Promise.all(
    folders.map((folder) => readFile(join(folder, "settings.xml"), "utf8").catch(() => "")),
  );
  const settings = texts.map((text) => text.replace(/<!--[\s\S]*?-->/g, ""));
  const mirror = settings
    .flatMap((text) => elements(text, "mirror"))
    .find((one) => standsForCentral(textOf(one, "mirrorOf")) && /^https?:/.test(textOf(one, "url")));
  if (mirror === undefined) return { url: central, headers: {} };
  const id = textOf(mirror, "id");
  const server = settings.flatMap((text) => elements(text, "server")).find((one) => textOf(one, "id") === id);
  return { url: textOf(mirror, "url").replace(/\/+$/, ""), headers: server === undefined ? {} : credentials(server) };
}

function installations(): readonly string[] {
  const home = process.env.MAVEN_HOME;
  return [...(home === undefined ? [] : [join(home, "conf")]), "/etc/maven", "/usr/share/maven/conf"];
}

/** The texts between `<name>` and `</name>`. `<mirrors>` is another name. */
function elements(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, inner = ""]) => inner);
}

function textOf(text: string, name: string): string {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return (elements(text, name)[0] ?? "")
    .trim()
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? "")
    .replace(/\$\{env\.(\w+)\}/g, (_, variable: string) => process.env[variable] ?? "");
}

/** Reads patterns such as `*,!central`: what is excepted counts before what is named. */
function standsForCentral(mirrorOf: string): boolean {
  const words = mirrorOf.split(",").map((word) => word.trim());
  return !words.includes("!central") && words.some((word) => ["central", "*", "external:*"].includes(word));
}

function credentials(server: string): Readonly<Record<string, string>> {
  const [user, password] = [textOf(server, "username"), textOf(server, "password")];
  // What Maven encrypts stands in braces, and only Maven can read it.
  if (user === "" || password === "" || /^\{.*\}$/.test(password)) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
