/* Packages of a conda environment that are taken from the Python package index, where they have the same name or another one. */

/** What an environment.yml asks for. */
export interface CondaEnvironment {
  /** Requirements as pip reads them: its pip part, and packages of conda under the names of the index. */
  readonly requirements: readonly string[];
  /** Packages of conda that are no packages of Python: compilers, libraries, drivers. */
  readonly others: readonly string[];
  /** Its pip part alone. */
  readonly pip: readonly string[];
  /** Packages as conda names them, and the channels that have them. */
  readonly specs: readonly string[];
  readonly channels: readonly string[];
}

/** Names of the index for packages that conda calls otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  pytorch: "torch",
  "pytorch-cpu": "torch",
  "pytorch-gpu": "torch",
  "tensorflow-gpu": "tensorflow",
  "tensorflow-base": "tensorflow",
  "matplotlib-base": "matplotlib",
  "py-xgboost": "xgboost",
  "py-xgboost-cpu": "xgboost",
  "py-xgboost-gpu": "xgboost",
  opencv: "opencv-python-headless",
  "py-opencv": "opencv-python-headless",
  "python-graphviz": "graphviz",
  "seaborn-base": "seaborn",
  "dask-core": "dask",
  "ray-core": "ray",
  "msgpack-python": "msgpack",
  pytables: "tables",
  "python-duckdb": "duckdb",
  huggingface_hub: "huggingface-hub",
};

/** Packages of conda that are no packages of Python. */
const NO_PYTHON =
  /^(_|lib|gcc|gxx|gfortran|clang|llvm|cuda|cudnn|nccl|mkl$|mkl-service|blas|openblas|openmp|intel-openmp|nodejs|make$|cmake$|git$|git-lfs|openssl|zlib|ffmpeg|graphviz$|r-|openjdk|compilers|cxx-compiler|c-compiler|pytorch-cuda|pytorch-mutex|cpuonly|ca-certificates|tk$|sqlite|readline|ncurses|xz$|bzip2|mamba|conda|cython-compilers|swig|pandoc|texlive|unzip|wget|curl$)/;

/** What the text of an environment.yml asks for. */
export function condaEnvironment(text: string): CondaEnvironment {
  const { conda, pip } = listsOf(text);
  const requirements: string[] = [];
  const others: string[] = [];
  for (const spec of conda) {
    const [, name = "", rest = ""] = /^(?:[\w./-]+::)?([\w.-]+)\s*(.*)$/.exec(spec) ?? [];
    const lower = name.toLowerCase();
    if (["python", "pip", "setuptools", "wheel", ""].includes(lower)) continue;
    if (NO_PYTHON.test(lower)) others.push(spec);
    else requirements.push(`${NAMES[lower] ?? name}${specifierOf(rest)}`);
  }
  return { requirements: [...requirements, ...pip], others, pip, specs: conda, channels: channelsOf(text) };
}

/** conda's own name for channels that every installation has. */
const DEFAULTS = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"];

function channelsOf(text: string): string[] {
  const [, inline, block = ""] =
    /^channels\s*:[ \t]*(?:\[(.*?)\]|((?:\r?\n\s*-.*|\r?\n\s*(?:#.*)?)*))/m.exec(text) ?? [];
  const items = inline === undefined ? block.split("\n").map((line) => line.replace(/^\s*-/, "")) : inline.split(",");
  const names = items.map((item) => unquoted(item.replace(/(^|\s)#.*$/, ""))).filter((name) => name !== "");
  const wanted = names.length === 0 ? ["defaults"] : names.filter((name) => name !== "nodefaults");
  return [...new Set(wanted.flatMap((name) => (name === "defaults" ? DEFAULTS : [name])))];
}

/** conda's `=1.2` is any release of 1.2; a build after a second `=` says nothing to pip. */
function specifierOf(rest: string): string {
  const [, version, build] = /^=([^=\s]+)(?:=(\S+))?$/.exec(rest) ?? [];
  if (version !== undefined) {
    const exact = build !== undefined || version.endsWith("*") || version.split(".").length > 2;
    return exact ? `==${version}` : `==${version}.*`;
  }
  const [, pinned] = /^==([^=\s]+)(?:=\S+)?$/.exec(rest) ?? [];
  return pinned === undefined ? rest.replace(/\s+/g, "") : `==${pinned}`;
}

/** The items of `dependencies`, and of the `pip` list in it. */
function listsOf(text: string): { readonly conda: string[]; readonly pip: string[] } {
  const conda: string[] = [];
  const pip: string[] = [];
  let inList = false;
  let pipIndent: number | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*$/, "").trimEnd();
    if (line.trim() === "") continue;
    if (/^\S/.test(line) && !line.startsWith("-")) {
      inList = /^dependencies\s*:/.test(line);
      pipIndent = undefined;
      continue;
    }
    const [, indent = "", item] = /^(\s*)-\s+(.*)$/.exec(line) ?? [];
    if (!inList || item === undefined) continue;
    if (/^pip\s*:$/.test(item)) pipIndent = indent.length;
    else if (pipIndent !== undefined && indent.length > pipIndent) pip.push(unquoted(item));
    else {
      pipIndent = undefined;
      conda.push(unquoted(item));
    }
  }
  return { conda, pip };
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, "$2");
