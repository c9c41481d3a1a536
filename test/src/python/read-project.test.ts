import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { adoption } from "../../../src/adopt/adopt.ts";
import { type Findings, findingsSchema, type Script } from "../../../src/adopt/findings.ts";
import { TOOLS } from "../../../src/containers/settings.ts";
import { parseJson } from "../../../src/json.ts";
import { ENVIRONMENT_MS, pythonEnvironment } from "../../support/python-environment.ts";
import { inFolder, python } from "./python.ts";

type Files = Readonly<Record<string, string>>;

function write(folder: string, files: Files | ReadonlyMap<string, string>): void {
  for (const [path, text] of files instanceof Map ? files : Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What the program finds in a folder. */
async function read(folder: string, ...data: string[]): Promise<Findings> {
  const result = `${folder}.json`;
  const ran = await python("read_project.py", folder, result, ...data);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return parseJson(readFileSync(result, "utf8"), findingsSchema, "project.json");
}

async function found(files: Files): Promise<Findings> {
  let findings: Findings | undefined;
  await inFolder(async (folder) => {
    write(join(folder, "project"), files);
    findings = await read(join(folder, "project"));
  });
  if (findings === undefined) throw new Error("nothing was read");
  return findings;
}

async function scriptOf(text: string, more: Files = {}): Promise<Script> {
  const { scripts } = await found({ "train.py": text, ...more });
  const one = scripts.find(({ path }) => path === "train.py");
  if (one === undefined) throw new Error("train.py was not read");
  return one;
}

/** Commands with their arguments, as they would be typed: `train --data! --epochs=3 [flag]--verbose`. */
const typed = ({ commands }: Script): string[] =>
  commands.map(({ word, arguments: args }) =>
    [
      word,
      ...args.map(
        ({ name, kind, default: value, required }) =>
          `${kind === "option" ? "" : `[${kind}]`}${name}${required ? "!" : ""}${value === null ? "" : `=${value}`}`,
      ),
    ]
      .filter(Boolean)
      .join(" "),
  );

describe("arguments are read from how a program declares them", () => {
  test.each<[string, string, string[], Files?]>([
    [
      "argparse",
      `import argparse
OUT = "models"
p = argparse.ArgumentParser()
p.add_argument("-d", "--data-dir", required=True)
p.add_argument("--out", default=OUT)
p.add_argument("--epochs", type=int, default=3)
p.add_argument("--verbose", action="store_true")
p.add_argument("name")
p.add_argument("extra", nargs="?")`,
      ["--data-dir! --out=models --epochs=3 [flag]--verbose [place]name! [place]extra"],
    ],
    [
      "argparse with commands",
      `import argparse
p = argparse.ArgumentParser()
sub = p.add_subparsers()
t = sub.add_parser("train")
t.add_argument("--data")
e = sub.add_parser(name="evaluate")
e.add_argument("--model")`,
      ["train --data", "evaluate --model"],
    ],
    [
      "click",
      `import click
@click.command()
@click.option("--data", "-d", type=click.Path(), required=True)
@click.option("--epochs", default=5)
@click.option("--fast/--slow", default=False)
@click.argument("output", default="out")
def main(data, epochs, fast, output): ...`,
      ["--data! --epochs=5 [flag]--fast=False [place]output=out"],
    ],
    [
      "a group of click",
      `import click
@click.group()
def cli(): ...
@cli.command()
@click.option("--data")
def train_model(data): ...
@cli.command("score")
def evaluate(): ...`,
      ["train-model --data", "score"],
    ],
    [
      "typer",
      `import typer
from typing import Annotated
app = typer.Typer()
@app.command()
def main(data: str, out_dir: Annotated[str, typer.Option("--out")] = "o", epochs: int = typer.Option(3), deep: bool = False): ...`,
      ["[place]data! --out=o --epochs=3 [flag]--deep=False"],
    ],
    [
      "typer with commands",
      `import typer
app = typer.Typer()
@app.command()
def train(data: str): ...
@app.command(name="test")
def evaluate(model: str = "m"): ...`,
      ["train [place]data!", "test --model=m"],
    ],
    ["fire", `import fire\ndef train(data_path, epochs=3): ...\nfire.Fire(train)`, ["--data_path! --epochs=3"]],
    ["fire with commands", `import fire\ndef train(data): ...\nfire.Fire({"train": train})`, ["train --data!"]],
    ["absl", `from absl import flags\nflags.DEFINE_string("data_dir", "data", "where")`, ["--data_dir=data"]],
    [
      "hydra",
      `import hydra\n@hydra.main(config_path="conf", config_name="config")\ndef main(cfg): ...`,
      ["[override]data.path=data/a.csv [override]training.epochs=3 [override]out!=???"],
      {
        "conf/config.yaml": "defaults:\n  - data: wine\n  - _self_\ntraining:\n  epochs: 3  # few\nout: ???\n",
        "conf/data/wine.yaml": 'path: "data/a.csv"\n',
      },
    ],
  ])("%s", async (_by, text, commands, more) => expect(typed(await scriptOf(text, more))).toEqual(commands));
});

test("what a program does is seen whatever its imports are called", async () => {
  const one = await scriptOf(`import pickle as p
from joblib import dump as keep
import pandas as pd
from sklearn.ensemble import RandomForestClassifier as Forest
from sklearn.model_selection import train_test_split as tts
from pathlib import Path
FOLDER = Path("models")
df = pd.read_csv("data/iris.csv")
X, y = df.drop(columns=["Id"]), df["species"].values
a, b = tts(X, test_size=0.25, random_state=7, stratify=y)
model = Forest().fit(X, y)
keep(model, FOLDER / "m.joblib")
with open("m.pkl", "wb") as f:
    p.dump(model, f)
`);
  expect(one).toMatchObject({
    ...{ runs: true, reads: ["data/iris.csv"], labels: ["species"], dropped: ["Id"] },
    saves: [
      { by: "joblib", path: "models/m.joblib" },
      { by: "pickle", path: "m.pkl" },
    ],
    estimators: ["sklearn.ensemble.RandomForestClassifier"],
    splits: [{ test_size: "0.25", random_state: "7", stratify: true }],
  });
  expect(one.does).toEqual(expect.arrayContaining(["fits", "saves", "reads", "uses sklearn"]));
});

test.each<[string, Partial<Script>]>([
  ['X, y = df["a"], df["b"]', { inputs: ["a"], labels: ["b"] }],
  ['X = df["a"].astype(str).values', { inputs: ["a"] }],
  ['X = df[["a"]]', { inputs: [] }],
  ['X = vectorizer.transform(df["a"])', { inputs: [] }],
  ['train_test_split(df["a"], df["b"], test_size=1)', { inputs: ["a"], labels: ["b"] }],
  ["train_test_split(a, b)", { inputs: [], labels: [] }],
  [
    'df = df[["v1", "v2"]]\ndf.columns = ["label", "t"]\nX = df["t"]\ny = df["label"]',
    { inputs: ["v2"], labels: ["v1"] },
  ],
  ['df.columns = ["label", "t"]\ny = df["label"]', { labels: ["label"] }],
  ['df = df.rename(columns={"v1": "label"})\ny = df["label"]', { labels: ["v1"] }],
  ['y = df["b"].map({"ham": 0, "spam": 1})', { codes: { ham: 0, spam: 1 } }],
  ['M = {"ham": 0, "spam": 1}\ny = df["b"].replace(M)', { codes: { ham: 0, spam: 1 } }],
  ['df["a"].map({"x": 0, "y": 0})', { codes: {} }],
  ['df["a"].map({"x": 0, "y": 1})\ndf["b"].map({"m": 0, "f": 1})', { codes: {} }],
  [
    'pd.read_csv("t.csv", encoding=\'latin-1\', names=["a", "b"], header=None, dtype=kinds)',
    { read_with: { "t.csv": 'encoding="latin-1", names=["a", "b"], header=None' } },
  ],
  ['import mlflow\nmlflow.sklearn.log_model(m, "model")', { saves: [{ by: "mlflow-run", path: "" }] }],
  [
    'import joblib\njoblib.dump(m, Path().joinpath("out", "m.pkl"))\njoblib.dump(m, Path(ROOT).joinpath("n.pkl"))',
    {
      saves: [
        { by: "joblib", path: "out/m.pkl" },
        { by: "joblib", path: "?/n.pkl" },
      ],
    },
  ],
  ["import os\nimport numpy as np\nimport own\nfrom sklearn import svm", { packages: ["numpy", "sklearn"] }],
])("of %j is read %j", async (text, what) => expect(await scriptOf(text, { "own.py": "" })).toMatchObject(what));

test.each<[string, string[]]>([
  ["y = df.iloc[:, -1]", ["[-1]"]],
  ['X, y = df[["a"]], df["b"]', ["b"]],
  ['TARGET = "c"', ["c"]],
  ['label = df.pop("d")', ["d"]],
  ['y_train = encoder.fit_transform(train["e"])', ["e"]],
  ['p.add_argument("--target", default="f")', ["f"]],
  ['y = df[config["target"]]', []],
  ['y = df["g"][mask["h"]]', ["g"]],
  ['x = df["g"]', []],
  ['X, y = prepared(df, numbers=["k"], label="i", training=True)', ["i"]],
  ['def fit(table, target_col="j"): ...', ["j"]],
  ['def fit(table, *, label="k", seed=1): ...', ["k"]],
  ['target_column_name = "l"', ["l"]],
  ['plt.plot(x, label="loss")\nax.scatter(x, label="points")', []],
  ['import seaborn as sns\nsns.lineplot(x, label="m")', []],
])("%s predicts %j", async (text, labels) => expect((await scriptOf(text)).labels).toEqual(labels));

test.each<[string, object]>([
  [
    'from fastapi import FastAPI\napi = FastAPI()\n@api.get("/healthz")\ndef h(): return {"ok": 1}\n@api.post("/predict")\ndef p(r: Q): return {"label": 1}\nclass Q(B):\n    text: str',
    {
      by: "fastapi",
      app: "api",
      starts: false,
      routes: [
        { method: "GET", path: "/healthz" },
        { method: "POST", path: "/predict", body: ["text"], answer: ["label"], types: { text: "str" }, several: false },
      ],
    },
  ],
  [
    'import os, uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app, port=int(os.environ.get("PORT", 1)))',
    { starts: true, port: "1", port_variable: "PORT" },
  ],
  [
    'from flask import Flask\napp = Flask(__name__)\n@app.route("/p", methods=["POST"])\ndef p(): ...\napp.run(debug=True)',
    { by: "flask", starts: true, port: "5000", routes: [{ method: "POST", path: "/p" }] },
  ],
  [
    'from fastapi import FastAPI\napi = FastAPI()\nclass R(B):\n    x: float\nclass A(B):\n    prediction: str\n@api.post("/s")\ndef p(r: list[R]): return A(prediction="a", p=1)',
    { routes: [{ body: ["x"], several: true, answer: ["prediction", "p"] }] },
  ],
  [
    'from typing import *\nfrom fastapi import FastAPI\napi = FastAPI()\n@api.post("/a")\ndef a(r: dict[str, float]): ...\n@api.post("/b")\ndef b(r: List[Dict]): ...',
    {
      routes: [
        { body: [], types: { "": "dict" }, several: false },
        { body: [], types: { "": "dict" }, several: true },
      ],
    },
  ],
  [
    'from flask import Flask, jsonify, request\napp = Flask(__name__)\n@app.route("/p", methods=["POST"])\ndef p():\n    d = request.get_json(force=True)\n    return jsonify(prediction=[d["x"], d.get("y", 1), request.json["z"], other["q"]])',
    { routes: [{ body: ["x", "y", "z"], answer: ["prediction"] }] },
  ],
  [
    "import bentoml\n@bentoml.service\nclass S:\n    @bentoml.api\n    def classify(self, rows: np.ndarray) -> np.ndarray: ...",
    {
      by: "bentoml",
      routes: [
        { method: "GET", path: "/readyz" },
        { method: "POST", path: "/classify", body: ["rows"], types: { rows: "np.ndarray" } },
      ],
    },
  ],
  [
    'from http.server import *\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        if self.path == "/up": ...\nHTTPServer(("", 8000), H)',
    { by: "http.server", starts: true, port: "8000", routes: [{ method: "GET", path: "/up" }] },
  ],
])("a server is read: %j", async (text, server) => expect((await scriptOf(text)).server).toMatchObject(server));

const LOADS =
  "import yaml, joblib, json, tomllib\ndef load(path):\n    with open(path) as f:\n        return yaml.safe_load(f)\n";

describe("where a model is written, as a file of settings says it", () => {
  const yaml = "model:\n  path: out/model.pkl\n  dir: artifacts\ndata: data/a.csv\n";
  test.each<[string, string, Files, string]>([
    [
      "a key",
      'config = load("config.yaml")\njoblib.dump(m, config["model"]["path"])',
      { "config.yaml": yaml },
      "out/model.pkl",
    ],
    [
      "get",
      'c = load("conf/c.yaml")\ncfg = c\njoblib.dump(m, cfg.get("model").get("path"))',
      { "conf/c.yaml": yaml },
      "out/model.pkl",
    ],
    [
      "attributes",
      'from omegaconf import OmegaConf\ncfg = OmegaConf.load("c.yaml")\njoblib.dump(m, cfg.model.path)',
      { "c.yaml": yaml },
      "out/model.pkl",
    ],
    [
      "a section and a name",
      'config = load("c.yaml")\nsection = config["model"]\nimport os\njoblib.dump(m, os.path.join(section["dir"], "m.joblib"))',
      { "c.yaml": yaml },
      "artifacts/m.joblib",
    ],
    [
      "JSON",
      'params = json.load(open("p.json"))\njoblib.dump(m, params["out"])',
      { "p.json": '{"out": "o/m.pkl"}' },
      "o/m.pkl",
    ],
    [
      "TOML",
      'settings = tomllib.load(open("p.toml", "rb"))\njoblib.dump(m, settings["a"]["out"])',
      { "p.toml": '[a]\nout = "o/m.pkl"' },
      "o/m.pkl",
    ],
    [
      "a folder alone",
      "cfg = load(\"c.yaml\")\njoblib.dump(m, f\"{cfg['model']['dir']}/{name}.pkl\")",
      { "c.yaml": yaml },
      "artifacts/?",
    ],
    [
      "its own words",
      'config = {"model": {"path": "x"}}\nload("c.yaml")\njoblib.dump(m, config["model"]["path"])',
      { "c.yaml": yaml },
      "",
    ],
  ])("%s", async (_what, text, files, path) => {
    const { saves } = await scriptOf(LOADS + text, files);
    expect(saves).toEqual([{ by: "joblib", path }]);
  });

  test("that another program reads and hands on", async () => {
    const text = 'def train(config):\n    joblib.dump(m, config["model"]["path"])\n';
    const { saves } = await scriptOf(`import joblib\n${text}`, { "main.py": `${LOADS}load("c.yaml")`, "c.yaml": yaml });
    expect(saves).toEqual([{ by: "joblib", path: "out/model.pkl" }]);
  });
});

describe("where a model is written, as another module says it", () => {
  const config = [
    ...["import os", "from pathlib import Path", "ROOT = Path(__file__).resolve().parent.parent", "NAME = make()"],
    ...[
      'MODEL = ROOT / "out" / "m.pkl"',
      'CHOSEN = os.path.join(ROOT, "out", NAME)',
      "class Config:",
      '    path: str = "c/m.pkl"',
    ],
  ].join("\n");
  test.each<[string, string]>([
    ["import config\njoblib.dump(m, config.MODEL)", "out/m.pkl"],
    ["from src import config as c\njoblib.dump(m, str(c.MODEL))", "out/m.pkl"],
    ["from src.config import MODEL\njoblib.dump(m, MODEL)", "out/m.pkl"],
    ["from .config import CHOSEN\njoblib.dump(m, CHOSEN)", "out/?"],
    ["from src.config import Config\njoblib.dump(m, Config.path)", "c/m.pkl"],
    ["from src.config import Config\ncfg = Config()\njoblib.dump(m, cfg.path)", "c/m.pkl"],
    ["a = b\nb = a\njoblib.dump(m, a)", ""],
  ])("%j", async (text, path) => {
    const { scripts } = await found({ "src/config.py": config, "src/train.py": `import joblib\n${text}` });
    expect(scripts.find((one) => one.path === "src/train.py")?.saves).toEqual([{ by: "joblib", path }]);
  });

  test.each<[string, string]>([
    ["Path(__file__).parents[1] / 'm'", "src/m/a.pkl"],
    ["os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'm')", "src/m/a.pkl"],
    ["Path(__file__).parent", "src/models/a.pkl"],
  ])("%s is a place in the project", async (folder, path) => {
    const text = `import os, joblib\nfrom pathlib import Path\nHERE = ${folder}\njoblib.dump(m, os.path.join(HERE, "a.pkl"))`;
    expect((await found({ "src/models/train.py": text })).scripts[0]?.saves).toEqual([{ by: "joblib", path }]);
  });

  test("or as a function of the project is told", async () => {
    const { scripts } = await found({
      "train.py":
        'from pathlib import Path\nfrom lib import Trainer\nOUT = Path("models") / "a.joblib"\nTrainer().save_best(str(OUT))',
      "lib.py": "import joblib\nclass Trainer:\n    def save_best(self, path):\n        joblib.dump(self.m, path)",
    });
    expect(scripts.map(({ saves }) => saves)).toEqual([
      [{ by: "joblib", path: "" }],
      [{ by: "handed", path: "models/a.joblib" }],
    ]);
  });
});

test.each<[string, string]>([
  ["from app.schemas import Person", "Person"],
  ["from app.schemas import Person as P", "P"],
  ["from .schemas import Person", "Person"],
  ["from app import schemas", "schemas.Person"],
  ["import app.schemas", "app.schemas.Person"],
])("the fields of a request are found in another file: %s", async (line, annotation) => {
  const { scripts } = await found({
    "app/__init__.py": "",
    "app/schemas.py":
      "from pydantic import BaseModel\nclass Base(BaseModel):\n    age: int\nclass Person(Base):\n    name: str\n",
    "other/schemas.py": "class Unrelated:\n    x: int\n",
    "app/main.py": `from fastapi import FastAPI\n${line}\napp = FastAPI()\n@app.post("/p")\ndef p(body: ${annotation}): ...\n`,
  });
  const server = scripts.find(({ path }) => path === "app/main.py")?.server;
  expect(server?.routes).toMatchObject([{ path: "/p", body: ["age", "name"], types: { age: "int", name: "str" } }]);
});

test.each<[string, string[]]>([
  ['le = LabelEncoder()\ndf["y"] = le.fit_transform(df["species"])', ["species"]],
  ['y = df["kind"]\ny = LabelEncoder().fit_transform(y.astype(str))', ["y"]],
  ['le = LabelEncoder()\nle.fit(df.loc[:, "a"])', ["a"]],
  ['scaler = StandardScaler()\nscaler.fit(df["a"])', []],
])("what a LabelEncoder makes numbers of: %j", async (text, encoded) =>
  expect((await scriptOf(`from sklearn.preprocessing import LabelEncoder, StandardScaler\n${text}`)).encoded).toEqual(
    encoded,
  ),
);

test.each<[string, string[]]>([
  ['for name in model.classes_:\n    table[f"proba_{name}"] = 1', ["proba_{class}"]],
  ['for i, name in enumerate(model.classes_):\n    table[f"proba_{name}"] = p[:, i]', ["proba_{class}"]],
  ['for i in range(3):\n    table["p_" + str(i)] = p[:, i]', ["p_{index}"]],
  ['pd.DataFrame(p, columns=[f"{c}_score" for c in classes])', ["{class}_score"]],
  ['{f"p{i}": p[i] for i in range(3)}', ["p{index}"]],
  ['table["score"] = 1\nprint(f"{a} and {b}")', []],
])("names of columns for each class: %j", async (text, patterns) =>
  expect((await scriptOf(text)).score_patterns).toEqual(patterns),
);

test("rows of tables are counted, with those that repeat and the classes of columns", async () => {
  const many = Array.from({ length: 60 }, (_, number) => `${number},a`).join("\n");
  const { data } = await found({
    "data/a.csv": `x,kind\n1,b\n\n2,a\n1,b\n3,\n`,
    "data/b.csv": `x,kind\r\n2,a\r\n"4\n5",c\r\n`,
    "data/c.jsonl": '{"x": 1, "kind": "b"}\n{"x": 1, "kind": "b"}\n',
    "data/d.csv": `n,k\n${many}\n`,
    "data/e.parquet": "",
  });
  const [a, b, c, d, e] = data[0]?.tables ?? [];
  expect(a).toMatchObject({ rows: 4, repeats: { "a.csv": 1 }, classes: { kind: ["a", "b"], x: ["1", "2", "3"] } });
  expect(b).toMatchObject({ rows: 2, repeats: { "a.csv": 1 } });
  expect(c).toMatchObject({ rows: 2, repeats: { "c.jsonl": 1 } });
  expect(d).toMatchObject({ rows: 60, classes: { k: ["a"] } });
  expect(d?.classes).not.toHaveProperty("n");
  expect(e).toMatchObject({ rows: null, columns: null });
});

test("limits in tests are read on either side", async () => {
  const { scripts } = await found({
    "tests/test_it.py":
      'LIMIT = 0.8\ndef test_a(m):\n    assert m["f1"] > LIMIT\n    assert 0.5 <= accuracy\n    assert len(m) > 3\nclass T:\n    def test_b(self):\n        self.assertLess(rmse, 12)\n',
  });
  expect(scripts[0]?.thresholds.map(({ metric, comparison, value }) => `${metric} ${comparison} ${value}`)).toEqual([
    ...["f1 > 0.8", "accuracy >= 0.5", "rmse < 12"],
  ]);
});

test("modules are found as Python finds them", async () => {
  const { scripts } = await found({
    "src/pkg/__init__.py": "",
    "src/pkg/core.py": "from .deep import x",
    "src/pkg/deep.py": "",
    "scripts/train.py": "import pkg.core\nimport helper\nimport json",
    "scripts/helper.py": "",
    "json.py": "",
  });
  expect(scripts.find(({ path }) => path === "scripts/train.py")).toMatchObject({
    roots: ["src", "scripts"],
    reaches: ["src/pkg/core.py", "scripts/helper.py", "src/pkg/deep.py"],
  });
});

test("commands of the project's own files, tables, and what cannot be read", async () => {
  const findings = await found({
    "README.md": "Run `python train.py --data x` first.\n",
    Dockerfile: 'FROM python\nCMD ["uvicorn", "app:app", "--port", "80"]\n',
    "data/a.csv": "x;y\n1;2\n",
    "data/deep/b.tsv": "\ufeffp\tq\n",
    "data/c.jsonl": '{"k": 1}\n',
    "data/i.png": "",
    "bad.py": "def f(:\n",
    "odd.py": "\0",
    "marked.py": "\ufeffx = 1\n",
  });
  expect(findings.commands.map(({ text }) => text).toSorted()).toEqual([
    ...["python train.py --data x", "uvicorn app:app --port 80"],
  ]);
  expect(findings.data).toMatchObject([
    {
      folder: "data",
      tables: [
        { path: "a.csv", columns: ["x", "y"] },
        { path: "c.jsonl", columns: ["k"] },
        { path: "deep/b.tsv", columns: ["p", "q"] },
      ],
      endings: { ".png": 1 },
    },
  ]);
  expect(findings.unreadable.map(({ path }) => path)).toEqual(["bad.py", "odd.py"]);
});

test("no code of the project is run", async () => {
  await inFolder(async (folder) => {
    write(join(folder, "project"), {
      "train.py": `open(${JSON.stringify(join(folder, "ran"))}, "w")`,
      "setup.py": "raise SystemExit(3)",
    });
    await read(join(folder, "project"));
    expect(() => readFileSync(join(folder, "ran"))).toThrow();
  });
});

const READS = `import pandas as pd
df = pd.read_csv("data/t.csv")
X, y = df.drop(columns=["Id", "kind"]), df["kind"]
from sklearn.model_selection import train_test_split
a, b, c, d = train_test_split(X, y, test_size=0.2, random_state=42, stratify=y)
`;
const FORMS: Readonly<Record<string, string>> = {
  "a dictionary": `${READS}import joblib\nmodel.fit(X, y)\njoblib.dump({"model": model, "columns": ["x"]}, "models/model.pkl")`,
  "a dictionary with a threshold": `${READS}import pickle\nmodel.fit(X, y)\nbundle = dict(clf=model, threshold=0.3)\npickle.dump(bundle, open("models/model.pkl", "wb"))\nprint(bundle["threshold"])`,
  "joblib, beside itself": `${READS}import joblib\nmodel.fit(X, y)\njoblib.dump(model, "model.pkl")`,
  "pickle in a folder": `${READS}import pickle\nmodel.fit(X, y)\npickle.dump(model, open("artifacts/model.pkl", "wb"))`,
  xgboost: `${READS}from xgboost import XGBRegressor\nmodel = XGBRegressor()\nmodel.fit(X, y)\nmodel.save_model("m/model.json")`,
  lightgbm: `${READS}import lightgbm as lgb\nmodel = lgb.train({}, lgb.Dataset(X))\nmodel.fit(X)\nmodel.save_model("m/model.txt")`,
  mlflow: `${READS}import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.save_model(model, "m/model")`,
  "a run of MLflow": `${READS}import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.log_model(model, "model")`,
  "texts, with what prepares them and classes that are numbered": `import joblib
import pandas as pd
df = pd.read_csv("t.csv", encoding="latin-1", usecols=["x", "kind"])
df = df.rename(columns={"kind": "label", "x": "text"})
df["label"] = df["label"].map({"a": 0, "b": 1})
X, y = df["text"].astype(str), df["label"]
model.fit(vectorizer.fit_transform(X), y)
joblib.dump(vectorizer, "vectorizer.pkl")
joblib.dump(model, "model.pkl")
`,
  "a network's weights": `${READS}import torch\nclass Net(torch.nn.Module):\n    pass\nloss.backward()\ntorch.save(Net().state_dict(), "m/net.pt")`,
  "a whole network": `${READS}import torch\nloss.backward()\ntorch.save(model, "m/net.pt")`,
};

describe("programs that init writes", () => {
  test(
    "pass the checkers that users' code is held to, for every form of a model",
    async () => {
      const bin = await pythonEnvironment("check", [
        `ruff==${TOOLS.ruff}`,
        `black==${TOOLS.black}`,
        `mypy==${TOOLS.mypy}`,
      ]);
      await inFolder(async (folder) => {
        for (const [index, text] of Object.values(FORMS).entries()) {
          const project = join(folder, `p${index}`);
          write(project, { "train.py": text, "data/t.csv": "Id,x,kind\n1,2,a\n" });
          const made = adoption({}, await read(project));
          expect([...made.keys()]).toEqual(
            expect.arrayContaining(["ml_pipeline/evaluate.py", "ml_pipeline/serve.py", "ml-pipeline.toml"]),
          );
          write(project, made);
          // What was written is found the next time.
          expect(adoption({ mlPipeline: made.get("ml-pipeline.toml") }, await read(project))).toEqual(new Map());
        }
        const run = (program: string, ...args: string[]) =>
          promisify(execFile)(join(bin, program), [...args, "."], { cwd: folder });
        await run(
          "ruff",
          "check",
          "--no-cache",
          "--exclude=train.py",
          `--config=src = ${JSON.stringify(Object.keys(Object.values(FORMS)).map((index) => `p${index}`))}`,
        );
        await run("black", "--check", "--quiet", "--extend-exclude=p[0-9]+/train.py");
        await run(
          "mypy",
          "--strict",
          "--ignore-missing-imports",
          "--explicit-package-bases",
          "--exclude=p[0-9]+/train.py",
          "--cache-dir=/dev/null",
        );
      });
    },
    ENVIRONMENT_MS,
  );

  test.each(Object.entries(FORMS))("in src/ are found there the next time: %s", async (_what, text) => {
    await inFolder(async (folder) => {
      write(folder, { "src/__init__.py": "", "src/fit.py": text, "data/t.csv": "Id,x,kind\n1,2,a\n" });
      const made = adoption({}, await read(folder));
      expect([...made.keys()]).toEqual(expect.arrayContaining(["src/evaluate.py", "src/serve.py"]));
      write(folder, made);
      expect(adoption({ mlPipeline: made.get("ml-pipeline.toml") }, await read(folder))).toEqual(new Map());
    });
  });

  test("answer with what the model said when it refuses rows", async () => {
    await inFolder(async (folder) => {
      write(folder, {
        "train.py": "import joblib\nmodel.fit(X, y)\njoblib.dump(model, 'models/m.pkl')",
        "data/t.csv": "Id,x,kind\n1,2,a\n",
      });
      write(folder, adoption({}, await read(folder)));
      // What the server needs of these, and no more.
      write(folder, {
        "joblib.py": "",
        "numpy.py": "",
        "pandas.py":
          "class DataFrame(list):\n    def drop(self, **_):\n        return self\nclass Series(list):\n    def tolist(self):\n        return list(self)\n",
      });
      const asks = `import json, threading, urllib.error, urllib.request
from http.server import ThreadingHTTPServer
from ml_pipeline.serve import Handler
class Model:
    def predict(self, rows):
        if rows == [{}]:
            raise RuntimeError("columns are missing: {'x'}")
        return [1 for _ in rows]
Handler.model = Model()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for body in ('{"instances": [{"x": 1}]}', '{"instances": [{}]}', '{"rows": []}', "no json"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/predict", body.encode()) as answer:
            print(answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())
`;
      const { stdout, stderr } = await promisify(execFile)("python3", ["-c", asks], { cwd: folder });
      const [good, refused, ...others] = stdout.trim().split("\n");
      expect(good).toBe('200 {"predictions": [1]}');
      expect(refused).toBe(`500 {"error": "RuntimeError: columns are missing: {'x'}"}`);
      expect(others.map((line) => line.slice(0, 25))).toEqual(Array(2).fill('400 {"error": "not a requ'));
      expect(stderr).toContain("in predict");
    });
  });
});

/** What the application of `app/main.py` answers, by method and path, with the fields that are sent and those that come back. */
async function routesOf(files: Files): Promise<string[]> {
  const { scripts } = await found(files);
  const { server } = scripts.find(({ path }) => path === "app/main.py") ?? {};
  return (server?.routes ?? []).map(({ method, path, body, answer }) =>
    [method, path, ...body, "->", ...answer].join(" "),
  );
}

const API = "from fastapi import APIRouter, FastAPI\n";
const PREDICTS = `${API}from pydantic import BaseModel
from app.schemas import Customer
router = APIRouter(prefix="/v1")
@router.post("/predict")
def predict(customer: Customer):
    return {"label": 1}
`;
const SCHEMAS = {
  "app/schemas.py": "from pydantic import BaseModel\nclass Customer(BaseModel):\n    age: int\n    plan: str\n",
};

test.each<[string, Files, string[]]>([
  [
    "a router of another module",
    {
      "app/main.py": `${API}from app.routers import predict\napp = FastAPI()\napp.include_router(predict.router)\n@app.get("/healthz")\ndef h():\n    return {"status": "ok"}`,
      "app/routers/predict.py": PREDICTS,
    },
    ["GET /healthz -> status", "POST /v1/predict age plan -> label"],
  ],
  [
    "a router by its own name, with a prefix more, relative, in a function",
    {
      "app/main.py": `${API}from .api import router as api\ndef create():\n    app = FastAPI()\n    app.include_router(api, prefix="/api")\n    return app\napp = create()`,
      "app/api.py": PREDICTS,
    },
    ["POST /api/v1/predict age plan -> label"],
  ],
  [
    "routers of routers",
    {
      "app/main.py": `${API}from app.api import api_router\nPREFIX = "/api"\napp = FastAPI()\napp.include_router(api_router, prefix=PREFIX)`,
      "app/api/__init__.py": `${API}from app.api.endpoints import predict\napi_router = APIRouter()\napi_router.include_router(predict.router, prefix="/m")`,
      "app/api/endpoints/predict.py": PREDICTS,
    },
    ["POST /api/m/v1/predict age plan -> label"],
  ],
  [
    "a router of the same file with a prefix",
    { "app/main.py": `${PREDICTS}app = FastAPI()\napp.include_router(router, prefix="/api")` },
    ["POST /api/v1/predict age plan -> label"],
  ],
  [
    "a blueprint",
    {
      "app/main.py":
        "from flask import Flask\nfrom app.views import bp\napp = Flask(__name__)\napp.register_blueprint(bp, url_prefix='/b')",
      "app/views.py":
        "from flask import Blueprint, request\nbp = Blueprint('b', __name__)\n@bp.post('/score')\ndef score():\n    data = request.get_json()\n    return {'y': data['x']}",
    },
    ["POST /b/score x -> y"],
  ],
  [
    "routers that take each other, and one that is not there",
    {
      "app/main.py": `${API}from app import a, gone\napp = FastAPI()\napp.include_router(a.router)\napp.include_router(gone.router)`,
      "app/a.py": `${API}from app import b\nrouter = APIRouter()\nrouter.include_router(b.router)\n@router.post("/a")\ndef x(): ...`,
      "app/b.py": `${API}from app import a\nrouter = APIRouter()\nrouter.include_router(a.router)`,
    },
    ["POST /a ->"],
  ],
])("an application answers by %s", async (_what, files, routes) =>
  expect(await routesOf({ ...SCHEMAS, "app/__init__.py": "", ...files })).toEqual(routes),
);

test("a split by the values of settings says by which", async () => {
  const { splits } = await scriptOf(`from sklearn.model_selection import train_test_split
def split(data, params, config, size):
    train_test_split(data, test_size=params.val_size, random_state=config["model"]["seed"])
    train_test_split(data, test_size=size, random_state=3)
    train_test_split(data, random_state=None)`);
  expect(splits.map(({ test_size, random_state }) => [test_size, random_state])).toEqual([
    ["?val_size", "?seed"],
    ["?size", "3"],
    ["", ""],
  ]);
});

test("an answer that is the text of a dictionary has no keys", async () => {
  const app = (answer: string): Files => ({
    "app/main.py": `${API}app = FastAPI()\n@app.post("/predict")\ndef p(age: int):\n    return ${answer}\n`,
  });
  const route = async (answer: string): Promise<string | undefined> => (await routesOf(app(answer)))[0];
  expect(await route('{"risk": str(model.predict([age])[0])}')).toMatch(/-> risk$/);
  expect(await route('str({"risk": model.predict([age])[0]})')).toMatch(/->$/);
});

test.each([
  ['return {"risk": str(m.predict(x)[0]), "share": float(m.predict_proba(x)[0][1])}', "risk"],
  ['word = m.predict(x)[0]\n    return {"risk": str(word), "model": "v1"}', "risk"],
  ['return {"risk": call(x), "share": 0.1}', "risk share"],
  ['return {"risk": m.predict(x)[0], "again": m.predict(x)[0]}', "risk again"],
])("of several keys of an answer, the prediction is what the model predicts: %j", async (body, keys) => {
  const app = `${API}app = FastAPI()\n@app.post("/predict")\ndef p(x: int):\n    ${body}\n`;
  expect((await routesOf({ "app/main.py": app }))[0]?.split("-> ")[1]).toBe(keys);
});

test("a value that a table is written to is known from another file", async () => {
  const { used_as: uses } = await scriptOf(`import json
import pandas as pd
def main(data, predictions_path, scores, metrics, folder):
    table = pd.read_csv(data)
    table.to_csv(predictions_path, index=False)
    table.to_parquet(path=scores)
    json.dump({}, open(metrics, "w"))
    table.to_csv(folder / "a.csv")`);
  expect(uses).toMatchObject({
    data: "read",
    predictions_path: "table",
    scores: "table",
    metrics: "file",
    folder: "folder",
  });
});

test("what a function of the file does with a value is done with what it is given, whatever libraries call so", async () => {
  const { used_as: uses } = await scriptOf(`import joblib
def load_model(folder):
    path = next(folder.iterdir())
    return joblib.load(path)
def read(file):
    return pd.read_csv(file)
load_model(args.model), read(args.data), other(args.place)`);
  expect(uses).toMatchObject({ model: "folder", data: "read" });
  expect(uses).not.toHaveProperty("place");
});

test("what a function of another file does with a value is done with what it is given", async () => {
  const text =
    "from app.data import load\nfrom app import data\nload(source), data.save(1, args.to), data.other(place)";
  const more = {
    "app/__init__.py": "",
    "app/data.py": `import pandas as pd
def load(path):
    return pd.read_csv(path)
def save(table, folder):
    table.to_csv(folder / "a.csv")`,
  };
  const { used_as: uses } = await scriptOf(text, more);
  expect(uses).toMatchObject({ source: "read", to: "folder" });
  expect(uses).not.toHaveProperty("place");
});

test.each([
  ['@click.option("--input", "rows_path")\ndef main(rows_path): pd.read_csv(rows_path)', "read"],
  ['parser.add_argument("--input", dest="rows_path")\npd.read_csv(args.rows_path)', "read"],
  ['@click.option("--input", type=click.Path(exists=True, dir_okay=False))\ndef main(input): run(input)', "file"],
  ['@click.option("--input", type=click.Path(file_okay=False))\ndef main(input): run(input)', "folder"],
  ['@click.option("--input", type=click.Path(exists=True))\ndef main(input): run(input)', undefined],
  ['@click.argument("input", type=click.File())\ndef main(input): run(input)', "file"],
  ['parser.add_argument("--input", type=argparse.FileType("r"))', "file"],
])("of %j the argument is declared or used as %j", async (text, use) => {
  const { used_as: uses } = await scriptOf(`import argparse, click\nimport pandas as pd\n${text}`);
  expect(uses.input).toBe(use);
});

test.each<[string, Partial<Script>]>([
  [
    'import joblib\nclass Places:\n    model = "out/m.pkl"\nclass T:\n    def __init__(self): self.places = Places()\n    def run(self): joblib.dump(1, self.places.model)',
    { saves: [{ by: "joblib", path: "out/m.pkl" }] },
  ],
  [
    'import joblib\nclass A:\n    model: str = "a.pkl"\nclass B:\n    model: str = "b.pkl"\njoblib.dump(1, self.places.model)',
    { saves: [{ by: "joblib", path: "" }] },
  ],
])("of %j it is read that %j", async (text, what) => expect(await scriptOf(text)).toMatchObject(what));

test("files of settings are read, but not those of tools and of deployments", async () => {
  const { settings } = await found({
    "conf/train.yaml": "data:\n  path: raw/a.csv\nseed: 1\n",
    "places.json": '{"model": "out/m.pkl"}',
    ...{ "k8s/pod.yaml": "kind: Pod\n", "docker-compose.yml": "version: 3\n", ".github/x.yml": "on: push\n" },
    ...{ "package.json": '{"name": "a"}', "tests/conf.yaml": "a: b\n", "environment.yml": "name: a\n" },
  });
  expect(settings).toEqual({
    "conf/train.yaml": { "data.path": "raw/a.csv", seed: "1" },
    "places.json": { model: "out/m.pkl" },
  });
});

test.each<[string, Files, string]>([
  ["that a program reads", { "train.py": 'pd.read_csv("raw/b/x.csv")' }, "raw/b"],
  ["that a program on Windows reads", { "train.py": 'pd.read_csv("raw\\\\b\\\\x.csv")' }, "raw/b"],
  ["that settings name", { "conf/train.yaml": "path: ./raw/b/x.csv\n" }, "raw/b"],
  ["that is made is no data", { "train.py": 'd = pd.read_csv("raw/b/x.csv")\nd.to_csv("raw/b/x.csv")' }, "api"],
  [
    "that is the largest of those that are read",
    { "ask.py": 'pd.read_csv("api/one.csv")', "t.py": 'pd.read_csv("raw/b/x.csv")' },
    "raw/b",
  ],
])("the data are in the folder of the table %s", async (_, more, folder) => {
  const { data } = await found({ "api/one.csv": "a,b\n1,2\n", "raw/b/x.csv": "a,b\n1,2\n3,4\n", ...more });
  expect(data[0]?.folder).toBe(folder);
});

test.each<[string, object]>([
  [
    "import pickle\nfrom sklearn.svm import SVC\nfrom sklearn.feature_extraction.text import CountVectorizer\nv = CountVectorizer()\nm = SVC()\nwith open('models/m.pkl', 'wb') as f:\n    pickle.dump((m, v), f)",
    { tupled: ["SVC", "CountVectorizer"], bundled: [] },
  ],
  ["import joblib\nparts = [self.scaler, model]\njoblib.dump(parts, 'm.joblib')", { tupled: ["scaler", "model"] }],
  ["import joblib\njoblib.dump(model, 'm.joblib')\njoblib.dump((model,), 'n.joblib')", { tupled: [] }],
  [
    "import torch\ntorch.save({'model_state': net.state_dict(), 'class_names': names}, 'm.pth')",
    { bundled: ["model_state", "class_names"] },
  ],
])("what is saved with a model: %j", async (text, what) => expect(await scriptOf(text)).toMatchObject(what));

test.each<[string, string[][]]>([
  [
    'table = pd.DataFrame({"id": a, "label": b})\ntable["prediction"] = c\ntable.to_csv(out)',
    [["id", "label", "prediction"]],
  ],
  ['held = test.copy()\nheld["pred"] = c\nheld.to_parquet(out)', [["pred"]]],
  ['table["prediction"] = c', []],
  ['table = read(path)\ntable["a"] = c\nother.to_csv(out)', []],
])("columns that a table is given before it is written: %j", async (text, columns) =>
  expect((await scriptOf(`import pandas as pd\n${text}`)).written_columns.slice(0, 1)).toEqual(columns),
);

test.each<[string, Record<string, number>]>([
  ['df["y"] = (df["label"] == "spam").astype(int)', { spam: 1 }],
  ['y = np.where(df["label"] == "ham", 0, 1)', { ham: 0 }],
  ['y = df["label"].apply(lambda v: 1 if v == "pos" else 0)', { pos: 1 }],
  ['y = df["label"].map({"a": 0, "b": 1})', { a: 0, b: 1 }],
  ['y = (df["label"] == 3).astype(int)', {}],
  ['ham = df[df["label"] == "ham"]', {}],
  ['a = (df["a"] == "x").astype(int)\nb = (df["b"] == "y").astype(int)', {}],
])("numbers that are written for words: %j", async (text, codes) =>
  expect((await scriptOf(`import numpy as np\n${text}`)).codes).toEqual(codes),
);

test.each<[string, string[]]>([
  ['BASE = "./chars/"\nfor f in os.listdir(BASE + letter):\n    cv2.imread(BASE + letter + "/" + f)', ["chars"]],
  ['data = ImageFolder("data/train", transform=t)', ["data/train"]],
  ['data = ImageFolder(root=os.path.join("data", "val"))', ["data/val"]],
  ['for one in Path("digits").glob("*/*.png"): ...', ["digits"]],
  ['for one in glob.glob("faces/s*/1.pgm"): ...', ["faces"]],
  ['docs = load_files(container_path="corpus")', ["corpus"]],
  ['image = Image.open(f"img/{name}.png")', ["img"]],
  ["for one in os.listdir(args.folder): ...", []],
  ['for one in glob.glob("*.png"): ...', []],
  ['os.listdir("..")', []],
])("folders whose files are read: %j", async (text, folders) =>
  expect(
    (
      await scriptOf(
        `import os, glob, cv2\nfrom PIL import Image\nfrom pathlib import Path\nfrom torchvision.datasets import ImageFolder\nfrom sklearn.datasets import load_files\n${text}`,
      )
    ).folders,
  ).toEqual(folders),
);

test("images that are made as a program is read make it one", async () => {
  const text =
    'import cv2\nfrom PIL import Image\nfor n in range(3):\n    cv2.imwrite("chars/" + str(n) + ".png", a)\n    Image.new("L", (1, 1)).save(f"more/{n}.jpg")\n    model.save("m")';
  expect(await scriptOf(text)).toMatchObject({ runs: true, writes: ["chars/?", "more/?"] });
});

test.each<[string, object]>([
  [
    'def load(): ...\nif __name__ == "__main__":\n    load()\n    app.run(host="0.0.0.0", port=5000)',
    { before: ["load"], open: true },
  ],
  [
    'def load(): ...\ndef main():\n    load()\n    app.run(port=5000)\nif __name__ == "__main__":\n    main()',
    { before: ["load"], open: false },
  ],
  [
    'load()\nif __name__ == "__main__":\n    print(1)\n    app.run(host="0.0.0.0", port=5000)',
    { before: [], open: true },
  ],
])("what a server does before it starts: %j", async (text, what) =>
  expect((await scriptOf(`from flask import Flask\napp = Flask(__name__)\n${text}`)).server).toMatchObject(what),
);

test.each<[string, string[]]>([
  ["message: str", ["message"]],
  ["age: int, name: Optional[str] = None", ["age", "name"]],
  ["text: str = Query(..., min_length=1)", ["text"]],
  ["text: str = Form(...)", []],
  ["file: UploadFile = File(...)", []],
  ["id: int, text: str", ["text"]],
  ["request: Request", []],
  ["row: Row, verbose: bool = False", []],
])("what is read of the query by %s", async (args, query) => {
  const text = `from fastapi import FastAPI, Query, Form, File\nclass Row(B):\n    x: int\napp = FastAPI()\n@app.post("/p/{id}")\ndef p(${args}): ...`;
  expect((await scriptOf(text)).server?.routes[0]?.query).toEqual(query);
});

test("arguments that are added one after another", async () =>
  expect(
    typed(
      await scriptOf(
        'import argparse\np = argparse.ArgumentParser()\nfor name in ("--model", "--data"):\n    p.add_argument(name, required=True)\nfor other in names:\n    p.add_argument(other)\np.add_argument("--seed", default=1)',
      ),
    ),
  ).toEqual(["--model! --data! --seed=1"]));

test.each<[string, string]>([
  ['def save(m, folder: str = "models"):\n    joblib.dump(m, Path(folder) / f"{m}.pkl")', "models/?"],
  ['def save(m, *, path="out/m.pkl"):\n    joblib.dump(m, path)', "out/m.pkl"],
  ['path = "other/x.pkl"\ndef save(m, path="out/m.pkl"):\n    joblib.dump(m, path)', "out/m.pkl"],
  ["def save(m, path):\n    joblib.dump(m, path)", ""],
])("a parameter is its default where nothing else is known: %j", async (text, path) =>
  expect((await scriptOf(`import joblib\nfrom pathlib import Path\n${text}`)).saves).toEqual([{ by: "joblib", path }]),
);

test("settings that an object keeps are those of the file, with a byte order mark as well", async () => {
  const text =
    'import yaml\nclass T:\n    def __init__(self):\n        self.config = yaml.safe_load(open("c.yaml"))\n        self.target_column = self.config["model"]["target"]\n';
  expect((await scriptOf(text, { "c.yaml": "\uFEFFmodel:\n  target: risk\n" })).labels[0]).toBe("risk");
});

test.each<[string, string, string[]]>([
  ["glob", 'import glob\nfor p in glob.glob("data/*.csv"): pd.read_csv(p)', ["data/*.csv"]],
  [
    "glob of a joined path",
    'from glob import glob\nimport os\nglob(os.path.join("data", "raw", "*.csv"))',
    ["data/raw/*.csv"],
  ],
  ["glob below an argument", 'import glob, os\nglob.glob(os.path.join(args.data, "*.csv"))', ["?/*.csv"]],
  ["glob of a root", 'import glob\nglob.glob("*.csv", root_dir="data")', ["data/*.csv"]],
  ["a path", 'from pathlib import Path\nD = Path("data")\nsorted(D.glob("*.parquet"))', ["data/*.parquet"]],
  ["a path of an argument", 'from pathlib import Path\nPath(args.data).glob("*.csv")', ["?/*.csv"]],
  ["all below a path", 'from pathlib import Path\nPath("data").rglob("*.csv")', ["data/**/*.csv"]],
  ["a folder", 'import os\n[pd.read_csv("data/" + n) for n in os.listdir("data") if n.endswith(".csv")]', ["data/*"]],
  ["a path of a folder", 'from pathlib import Path\nfor p in Path("data").iterdir(): pd.read_csv(p)', ["data/*"]],
  ["a list", 'FILES = ["a.csv", "b.csv"]\npd.concat([pd.read_csv(f) for f in FILES])', ["a.csv", "b.csv"]],
  ["a reader of patterns", 'import dask.dataframe as dd\ndd.read_csv("data/part-*.csv")', ["data/part-*.csv"]],
  ["columns, which are no tables", 'X = df[["a", "b"]]', []],
])("tables that are read together by %s", async (_what, text, patterns) =>
  expect((await scriptOf(`import pandas as pd\n${text}\n`)).read_patterns).toEqual(patterns),
);

test("options of a table that is read by a variable, and arguments of several values or of a pattern, are known", async () => {
  const one = await scriptOf(`import argparse, glob
import pandas as pd
parser = argparse.ArgumentParser()
parser.add_argument("--files", nargs="+", required=True)
parser.add_argument("--pattern")
args = parser.parse_args()
df = pd.concat(pd.read_csv(p, sep=";") for p in glob.glob(args.pattern))
`);
  expect(one.read_with).toEqual({ "?": 'sep=";"' });
  expect(one.used_as.pattern).toBe("pattern");
  expect(one.commands[0]?.arguments.map(({ several }) => several)).toEqual([true, false]);
});

test.each([
  [
    "a file of FastAPI",
    "@app.post('/predict')\nasync def p(image: UploadFile = File(...)): return {'class': 1}",
    ["image"],
    [],
  ],
  [
    "a file that is annotated",
    "@app.post('/predict')\ndef p(image: Annotated[bytes, File()]): return {}",
    ["image"],
    [],
  ],
  ["a file without a default", "@app.post('/predict')\ndef p(image: UploadFile): return {}", ["image"], []],
  [
    "fields of a form",
    "@app.post('/predict')\ndef p(age: int = Form(...), sex: Annotated[str, Form()] = 'm'): return {}",
    [],
    ["age", "sex"],
  ],
])("a server that reads %s", async (_what, text, files, body) => {
  const { scripts } = await found({
    "app.py": `from typing import Annotated\nfrom fastapi import FastAPI, File, Form, UploadFile\napp = FastAPI()\n${text}\n`,
  });
  const [first] = scripts.find(({ path }) => path === "app.py")?.server?.routes ?? [];
  expect(first).toMatchObject({ path: "/predict", files, body, form: true, query: [] });
});

test("a server of Flask that reads files and fields of a form", async () => {
  const { scripts } = await found({
    "app.py": [
      "from flask import Flask, request",
      "app = Flask(__name__)",
      "@app.route('/predict', methods=['POST'])",
      "def predict():",
      "    image = request.files['image']",
      "    return {'class': str(request.form.get('scale'))}",
      "@app.post('/plain')",
      "def plain():",
      "    return {'x': request.json['age']}",
    ].join("\n"),
  });
  const routes = scripts.find(({ path }) => path === "app.py")?.server?.routes ?? [];
  expect(routes.map(({ path, files, body, form }) => [path, files, body, form])).toEqual([
    ["/predict", ["image"], ["scale"], true],
    ["/plain", [], ["age"], false],
  ]);
});

test("an evaluation that says of itself that training may have seen its rows", async () => {
  const { scripts } = await found({
    "evaluate.py": "def rows():\n    # train.py may have seen these rows: say here which it has not.\n    return 1\n",
    "train.py": "x = 1\n",
  });
  expect(scripts.map(({ path, doubts }) => [path, doubts])).toEqual([
    ["evaluate.py", true],
    ["train.py", false],
  ]);
});
