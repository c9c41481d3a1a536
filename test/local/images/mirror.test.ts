import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { hostMirror, sourceLines } from "../../../local/images/debian/mirror.ts";

const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true });
});

async function hostWith(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "mirror-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, "etc/apt", path)), { recursive: true });
    await writeFile(join(root, "etc/apt", path), text);
  }
  return root;
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

it("reads deb822 sources, and skips third parties", async () => {
  const root = await hostWith({
    "sources.list.d/aaa.list": "deb https://packages.example.com/apt some-bookworm main\n",
    "sources.list.d/debian.sources": `Types: deb
# a comment
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/site.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`,
  });
  const mirror = await hostMirror(root);
  expect(mirror).toEqual({
    main: "http://mirror.example/debian",
    security: "http://mirror.example/debian-security",
    keyring: "/usr/share/keyrings/site.gpg",
  });
  expect(sourceLines(mirror, "trixie", { signed: true })).toEqual([
    "deb [signed-by=/usr/share/keyrings/site.gpg] http://mirror.example/debian trixie main",
    "deb [signed-by=/usr/share/keyrings/site.gpg] http://mirror.example/debian-security trixie-security main",
  ]);
});

it("reads one-line sources, with and without options, and no security mirror where the host has none", async () => {
  const root = await hostWith({
    "sources.list":
      "# deb http://no/debian bookworm main\ndeb-src http://no/debian bookworm main\ndeb [ arch=amd64 ] http://local/debian/ stable main contrib # ours\n",
  });
  expect(await hostMirror(root)).toEqual({ main: "http://local/debian", keyring });
});

it("takes Debian's public mirror on any other system", async () => {
  const root = await hostWith({
    "sources.list":
      "deb http://archive.ubuntu.com/ubuntu noble main\ndeb http://security.ubuntu.com/ubuntu noble-security main\n",
  });
  expect(await hostMirror(root)).toEqual({
    main: "http://deb.debian.org/debian",
    security: "http://deb.debian.org/debian-security",
    keyring,
  });
});
