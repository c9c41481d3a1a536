import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/json.ts";
import { comparisonSchema, type ModelComparison } from "../../../src/model/reproduction.ts";
import { inFolder, python } from "./python.ts";

type Files = Readonly<Record<string, string | Buffer>>;

/** What the program finds in two models, and in a project. */
async function compared(first: Files, second: Files, project: Files = {}): Promise<ModelComparison> {
  let found: ModelComparison | undefined;
  await inFolder(async (folder) => {
    for (const [name, files] of Object.entries({ first, second, project })) {
      mkdirSync(join(folder, name));
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name, path)), { recursive: true });
        writeFileSync(join(folder, name, path), text);
      }
    }
    const [result, ...given] = ["result.json", "first", "second", "project"].map((name) => join(folder, name));
    const ran = await python("compare_models.py", ...given, String(result), "src/train.py");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    found = parseJson(readFileSync(String(result), "utf8"), comparisonSchema, "comparison.json");
  });
  if (found === undefined) throw new Error("nothing was compared");
  return found;
}

/** A gzip file that says it was written at that second. */
function gzipAt(text: string, second: number): Buffer {
  const made = gzipSync(text);
  made.writeUInt32LE(second, 4);
  return made;
}

describe("files", () => {
  test("that are the same are none that differ, and no code is looked at", async () => {
    const files = { "a.json": "{}", "deep/b.bin": Buffer.from([0, 255]) };
    const project = { "src/train.py": "import time\ntime.time()\n" };
    expect(await compared(files, files, project)).toEqual({
      ...{ files: 2, onlyFirst: [], onlySecond: [], different: [], chances: [] },
    });
  });

  test("differ from their first byte on that differs, also beyond what is read at once", async () => {
    const long = Buffer.alloc(3 * 2 ** 20, 7);
    const other = Buffer.from(long);
    other.writeUInt8(8, 2 ** 20 + 5);
    other.writeUInt8(8, 2 ** 21 + 5);
    const found = await compared({ "m.bin": long, gone: "" }, { "m.bin": Buffer.concat([other, long]), came: "" });
    expect(found).toMatchObject({ onlyFirst: ["gone"], onlySecond: ["came"] });
    expect(found.different).toEqual([
      expect.objectContaining({
        ...{ path: "m.bin", offset: 2 ** 20 + 5, bytes: 2 + 3 * 2 ** 20, sizes: [3 * 2 ** 20, 6 * 2 ** 20] },
      }),
    ]);
  });

  test("are told by what their form has there", async () => {
    // pickle.dumps({"coef": 1}, 2) and the same of 2.
    const pickled = (value: number): Buffer =>
      Buffer.concat([
        Buffer.from("80027d71005804000000636f656671014b", "hex"),
        Buffer.from([value]),
        Buffer.from("732e", "hex"),
      ]);
    const { different } = await compared(
      { "a.txt": "one\ntwo\n", "b.gz": gzipAt("same", 1), "c.gz": gzipAt("one", 1), "d.pkl": pickled(1) },
      { "a.txt": "one\ntxo\n", "b.gz": gzipAt("same", 2), "c.gz": gzipAt("two", 1), "d.pkl": pickled(2) },
    );
    expect(different.map(({ path, place, onlyTimes }) => [path, place, onlyTimes])).toEqual([
      ["a.txt", "line 2", undefined],
      ["b.gz", "the time in the header of gzip", true],
      ["c.gz", "byte 0 of what is compressed, line 1", undefined],
      ["d.pkl", 'after "coef" in the pickle', undefined],
    ]);
  });
});

describe("chances in the code of a training", () => {
  const chancesOf = async (project: Files): Promise<readonly string[]> => {
    const { chances } = await compared({ a: "1" }, { a: "2" }, project);
    return chances.map(({ path, line, kind, what }) => `${path}:${line} ${kind} ${what}`);
  };

  test("are those of what it imports, and of no other file", async () => {
    const found = await chancesOf({
      "src/__init__.py": "",
      "src/train.py": "import os\nfrom src.model import fit\nfiles = os.listdir('.')\nsame = sorted(os.listdir('.'))\n",
      "src/model.py":
        "import uuid\n\n\ndef fit():\n    return uuid.uuid4(), RandomForest(n_jobs=-1), Other(n_jobs=1)\n",
      "src/serve.py": "import time\ntime.time()\n",
      "src/broken.py": "def",
    });
    expect(found).toEqual([
      ...["src/train.py:3 order os.listdir()", "src/model.py:5 unique uuid.uuid4()"],
      "src/model.py:5 threads n_jobs=-1",
    ]);
  });

  test("are not what is seeded, in whichever file", async () => {
    const code = [
      "import random, numpy as np, torch",
      "from sklearn.model_selection import train_test_split as split",
      "random.random()",
      "np.random.rand(3)",
      "np.random.default_rng()",
      "np.random.default_rng(7)",
      "torch.randn(2)",
      "split(rows)",
      "split(rows, random_state=3)",
      "",
    ].join("\n");
    expect(await chancesOf({ "src/train.py": code })).toEqual([
      "src/train.py:3 random random.random()",
      "src/train.py:4 numpy numpy.random.rand()",
      "src/train.py:5 generator numpy.random.default_rng()",
      "src/train.py:7 torch torch.randn()",
      "src/train.py:8 state train_test_split() without random_state",
    ]);
    const seeds = "import random, numpy, torch\nrandom.seed(1)\nnumpy.random.seed(1)\ntorch.manual_seed(1)\n";
    const seeded = { "src/train.py": `import src.seeds\n${code}`, "src/seeds.py": seeds, "src/__init__.py": "" };
    // A generator of its own is seeded by nothing else.
    expect(await chancesOf(seeded)).toEqual(["src/train.py:6 generator numpy.random.default_rng()"]);
  });
});
