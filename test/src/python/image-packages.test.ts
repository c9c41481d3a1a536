import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packagesSchema } from "../../../src/evidence/packages.ts";
import { parseJson } from "../../../src/json.ts";
import { inFolder, python } from "./python.ts";

const SITE = "opt/venv/lib/python3.11/site-packages";

const LAYERS: readonly Readonly<Record<string, string>>[] = [
  {
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n',
    "var/lib/dpkg/status": [
      "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc (2.41)\nVersion: 2.41-12",
      "Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1",
      "Package: adduser\nStatus: install ok installed\nArchitecture: all\nVersion: 3.152\nDescription: more\n of it\n .\n Version: 9",
      "",
    ].join("\n\n"),
    "usr/share/doc/adduser/copyright":
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n\nLicense: GPL-2+\n Text of it\n",
    "usr/share/doc/libc6/copyright": "This is the GNU C library.\nLicense: not to be read\n",
    "usr/lib/python3/dist-packages/old-1.0.egg-info": "Metadata-Version: 1.1\nName: old\nVersion: 1.0\nLicense: ZPL\n",
    [`${SITE}/pip-25.0.dist-info/METADATA`]: "Name: pip\nVersion: 25.0\n",
    [`${SITE}/left-1.0.dist-info/METADATA`]: "Name: left\nVersion: 1.0\n",
  },
  {
    [`${SITE}/.wh.pip-25.0.dist-info`]: "",
    [`${SITE}/pip-25.3.dist-info/METADATA`]:
      "Metadata-Version: 2.4\nName: pip\nVersion: 25.3\nLicense-Expression: MIT\nClassifier: Topic :: X\nClassifier: License :: OSI Approved :: MIT License\n\nName: not-this\n",
    [`${SITE}/pip-25.3.dist-info/RECORD`]:
      "pip/b.py,sha256=bb,2\npip/a.py,sha256=aa,1\npip/__pycache__/a.pyc,,\npip-25.3.dist-info/RECORD,,\n",
    [`${SITE}/broken-1.dist-info/METADATA`]: "nothing of use",
    "opt/other/.wh..wh..opq": "",
  },
];

/** An archive of an image with these layers. */
function archiveOf(folder: string, layers: typeof LAYERS): string {
  const layout = join(folder, "layout");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const blob = (content: string | Buffer): { digest: string } => {
    const hash = createHash("sha256").update(content).digest("hex");
    writeFileSync(join(layout, "blobs/sha256", hash), content);
    return { digest: `sha256:${hash}` };
  };
  const tars = layers.map((files, index) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, `${index}`, path)), { recursive: true });
      writeFileSync(join(folder, `${index}`, path), text);
    }
    return blob(execFileSync("tar", ["-c", "-C", join(folder, `${index}`), "."], { maxBuffer: 2 ** 26 }));
  });
  const manifest = blob(JSON.stringify({ schemaVersion: 2, config: blob("{}"), layers: tars }));
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  const archive = join(folder, "image.tar");
  execFileSync("tar", ["-cf", archive, "-C", layout, "index.json", "blobs"]);
  return archive;
}

const packagesIn = async (folder: string, layers: typeof LAYERS) => {
  const result = join(folder, "packages.json");
  expect(await python("image_packages.py", archiveOf(folder, layers), result)).toMatchObject({ code: 0, stderr: "" });
  return parseJson(readFileSync(result, "utf8"), packagesSchema, "packages.json");
};

test("the packages of an image are those of its topmost layers, with what their installers left", () =>
  inFolder(async (folder) => {
    const python3 = { expression: "", license: "", classifiers: [], files: "" };
    expect(await packagesIn(folder, LAYERS)).toEqual({
      ...{ system: "debian", release: "13" },
      python: [
        { name: "left", version: "1.0", path: `/${SITE}`, ...python3 },
        { name: "old", version: "1.0", path: "/usr/lib/python3/dist-packages", ...python3, license: "ZPL" },
        {
          ...{ name: "pip", version: "25.3", path: `/${SITE}`, expression: "MIT", license: "" },
          classifiers: ["License :: OSI Approved :: MIT License"],
          files: createHash("sha256").update("pip/a.py,sha256=aa,1\npip/b.py,sha256=bb,2").digest("hex"),
        },
      ],
      debian: [
        { name: "adduser", version: "3.152", architecture: "all", source: "adduser", licenses: ["GPL-2+"] },
        { name: "libc6", version: "2.41-12", architecture: "amd64", source: "glibc", licenses: [] },
      ],
    });
  }));

test("an image without any package has none", () =>
  inFolder(async (folder) => {
    expect(await packagesIn(folder, [{ "app/x": "1" }])).toEqual({ system: "", release: "", python: [], debian: [] });
  }));
