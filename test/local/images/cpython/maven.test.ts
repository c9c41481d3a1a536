import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mavenCentral } from "../../../../local/images/cpython/maven.ts";

let root: string;
const home = process.env.MAVEN_HOME;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "maven-"));
  delete process.env.MAVEN_HOME;
});
afterEach(async () => {
  if (home !== undefined) process.env.MAVEN_HOME = home;
  delete process.env.MAVEN_TEST_PASSWORD;
  await rm(root, { recursive: true });
});

async function settings(path: string, inner: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), `<?xml version="1.0"?>\n<settings>${inner}</settings>\n`);
}

const mirror = (of: string, url: string, id = "site"): string =>
  `<mirrors><mirror><id>${id}</id><mirrorOf>${of}</mirrorOf><url>${url}</url></mirror></mirrors>`;

const found = () => mavenCentral(join(root, "home"), root);

it("is Maven Central where no settings say otherwise", async () => {
  expect(await found()).toEqual({ url: "https://repo1.maven.org/maven2", headers: {} });
  await settings("etc/maven/settings.xml", `<!-- ${mirror("central", "https://example/")} -->`);
  expect(await found()).toEqual({ url: "https://repo1.maven.org/maven2", headers: {} });
});

it.each(["central", "*", "external:*", "other, central", "*,!other"])(
  "is the mirror of the user's settings for %s",
  async (of) => {
    await settings("home/.m2/settings.xml", mirror(of, "https://mirror.example/a?b=1&amp;c=2/"));
    await settings("etc/maven/settings.xml", mirror("*", "https://other.example/"));
    expect((await found()).url).toBe("https://mirror.example/a?b=1&c=2");
  },
);

it.each(["other", "*,!central", "external:http:*"])("is no mirror of %s", async (of) => {
  await settings("etc/maven/settings.xml", mirror(of, "https://mirror.example/"));
  expect((await found()).url).toBe("https://repo1.maven.org/maven2");
});

it("is the mirror of an installation's settings where the user has none", async () => {
  await settings("opt/maven/conf/settings.xml", mirror("central", "https://mirror.example/maven"));
  process.env.MAVEN_HOME = "/opt/maven";
  expect((await found()).url).toBe("https://mirror.example/maven");
});

it("has the name and the password that the settings have for the mirror", async () => {
  process.env.MAVEN_TEST_PASSWORD = "word";
  const server = (password: string): string =>
    `<servers><server><id>other</id></server><server><id>site</id><username>me</username><password>${password}</password></server></servers>`;
  const password = "$" + "{env.MAVEN_TEST_PASSWORD}";
  await settings("home/.m2/settings.xml", server(password) + mirror("*", "https://mirror.example/"));
  const authorization = `Basic ${Buffer.from("me:word").toString("base64")}`;
  expect((await found()).headers).toEqual({ authorization });
  await settings("home/.m2/settings.xml", server("{encrypted}") + mirror("*", "https://mirror.example/"));
  expect((await found()).headers).toEqual({});
});
