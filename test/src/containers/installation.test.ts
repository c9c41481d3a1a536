import { describe, expect, test } from "vitest";
import { installationText } from "../../../src/containers/installation.ts";
import { programPath } from "../../../src/containers/programs.ts";

const WITHIN = ["python3", programPath("run_within.py")];
const UV = [...WITHIN, "env", "UV_NO_CACHE=1", "UV_PYTHON_DOWNLOADS=never", "/opt/ml-pipeline/uv/bin/uv"];
const PROJECT = [...UV, "pip", "install", "--quiet", "--requirement", "requirements.txt"];
const TOOL = [...UV, "pip", "install", "--quiet", "--target", "/opt/ml-pipeline/data", "duckdb-cli==1.5.6"];
const DEBIAN = [...WITHIN, "python3", programPath("install_debian.py"), "libfoo1"];
const ITSELF = [
  ...WITHIN,
  "env",
  "X=1",
  ...UV.slice(2),
  "pip",
  "install",
  "--quiet",
  "--no-deps",
  "--editable",
  "/app",
];
const PIP = [...WITHIN, "env", "PIP_X=1", "python", "-m", "pip", "install", "--quiet", "--target", "/x", "uv==0.13.9"];

const unsatisfiable = (why: string): string =>
  `error: No solution found when resolving dependencies\n  cause: ${why}, we can conclude that your requirements are unsatisfiable.\n`;

/** Each is what uv, pip and apt print. */
const FAILURES: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    "a name that the index does not have",
    PROJECT,
    unsatisfiable("Because nosuch was not found in the package registry and you require nosuch"),
    "nosuch cannot be installed: the package index has no package of that name; correct it in requirements.txt, or --package-index names another index",
  ],
  [
    "a version that is none",
    PROJECT,
    unsatisfiable("Because there is no version of six==99.1 and you require six==99.1"),
    "six 99.1 cannot be installed: the package index has no such version; take another one in requirements.txt, or --package-index names another index",
  ],
  [
    "a version of a tool",
    TOOL,
    unsatisfiable("Because there is no version of duckdb-cli==1.5.6 and you require duckdb-cli==1.5.6"),
    "duckdb-cli 1.5.6 cannot be installed: the package index has no such version; take another one in --tools, or --package-index names another index",
  ],
  [
    "requirements that do not go together",
    PROJECT,
    unsatisfiable(
      "Because pandas>=3.0.0 depends on numpy>=1.26.0 and all of:\n             pandas>=3.0.2\n         depend on numpy{python_full_version < '3.14'}>=1.26.0, we can conclude that pandas>=3.0.0 depends on numpy>=1.26.0.\n         And because you require numpy<1.20 and pandas>=2.2",
    ),
    "numpy<1.20 and pandas>=2.2 cannot be installed: no versions of these go together; take other versions in requirements.txt",
  ],
  [
    "a package for a newer Python",
    PROJECT,
    unsatisfiable(
      "Because the current Python version (3.11.7) does not satisfy Python>=3.12 and numpy==2.5.1 depends on Python>=3.12, we can conclude that numpy==2.5.1 cannot be used.\n         And because you require numpy==2.5.1",
    ),
    "numpy 2.5.1 cannot be installed: it needs Python >=3.12, and the project's is 3.11.7; `python` in the settings chooses another, or requirements.txt another version of it",
  ],
  [
    "wheels for older versions alone",
    PROJECT,
    unsatisfiable(
      "Because tensorflow==1.15.0 has no wheels with a matching Python ABI tag (e.g., `cp311`) and you require tensorflow==1.15",
    ),
    "tensorflow 1.15.0 cannot be installed: the index has no wheel of it for this Python (cp311); `python` in the settings chooses another Python, or requirements.txt another version of it",
  ],
  [
    "a line that is no requirement",
    PROJECT,
    'error: Couldn\'t parse requirement in `requirements.txt` at position 0\n  cause: no such comparison operator "=", must be one of ~= == != <= >= < > ===\n         six=1\n            ^^\n',
    'what requirements.txt names cannot be installed: Couldn\'t parse requirement in `requirements.txt` at position 0: no such comparison operator "=", must be one of ~= == != <= >= < > === six=1 ^^',
  ],
  [
    "a file that is not there",
    PROJECT,
    "error: Error parsing included file in `requirements.txt` at position 0\n  cause: failed to read from file `/x/other.txt`: No such file or directory (os error 2)\n",
    "what requirements.txt names cannot be installed: Error parsing included file in `requirements.txt` at position 0: failed to read from file `/x/other.txt`: No such file or directory (os error 2)",
  ],
  [
    "another hash",
    PROJECT,
    "error: Failed to download `six==1.16.0`\n  cause: Hash mismatch for `six==1.16.0`\n\n         Expected:\n           sha256:0000\n",
    "six 1.16.0 cannot be installed: the file in the index has another hash than the one that is named; make requirements.txt anew, or take the index that it was made with (--package-index)",
  ],
  [
    "an index that does not answer",
    PROJECT,
    "error: Request failed after 3 retries in 4.1s\n  cause: Failed to fetch: http://127.0.0.1:9/simple/six/\n  cause: error sending request for url (http://127.0.0.1:9/simple/six/)\n  cause: client error (Connect)\n  cause: tcp connect error\n  cause: Connection refused (os error 111)\n",
    "what requirements.txt names cannot be installed: 127.0.0.1:9 does not answer (Connection refused (os error 111)); --package-index names another index",
  ],
  [
    "an index that refuses",
    PROJECT,
    "error: Failed to fetch: `https://packages.test/simple/six/`\n  cause: HTTP status client error (401 Unauthorized) for url (https://packages.test/simple/six/)\n",
    "what requirements.txt names cannot be installed: packages.test answers 401 Unauthorized; --package-credentials lets it in, and --package-index names another index",
  ],
  [
    "a repository of git",
    PROJECT,
    "error: Failed to download and build `six @ git+https://h.test/six.git`\n  cause: Git operation failed\n  cause: process didn't exit successfully: `/usr/bin/git fetch` (exit status: 128)\n         --- stderr\n         fatal: unable to access 'https://h.test/six.git/': Couldn't connect to server\n",
    "six cannot be installed: fatal: unable to access 'https://h.test/six.git/': Couldn't connect to server",
  ],
  [
    "a build, however long it speaks",
    PROJECT,
    `error: Failed to build \`numpy==1.19.0\`\n  cause: The build backend returned an error\n  cause: Call to \`setuptools.build_meta\` failed (exit status: 1)\n\n         [stderr]\n${"         line\n".repeat(100)}         ModuleNotFoundError: No module named 'distutils.msvccompiler'\n\nhint: This error likely indicates: RuntimeError: x\n`,
    "numpy 1.19.0 cannot be installed: its build failed: ModuleNotFoundError: No module named 'distutils.msvccompiler'; the index has no wheel of numpy 1.19.0 for this Python.",
  ],
  [
    "a build without a compiler",
    PROJECT,
    "  × Failed to build `psycopg2==2.9`\n  ├─▶ The build backend returned an error\n  ╰─▶ Call failed (exit status: 1)\n\n      [stderr]\n      error: command 'gcc' failed: No such file or directory\n",
    "psycopg2 2.9 cannot be installed: its build failed: error: command 'gcc' failed: No such file or directory; environment.system-packages = [\"gcc\"] installs it; ",
  ],
  [
    "the project itself",
    ITSELF,
    "error: Failed to build `p @ file:///app`\n  cause: The build backend returned an error\n  cause: Call failed (exit status: 1)\n\n         [stderr]\n         nope\n\nhint: Build failures usually indicate a problem\n",
    "p cannot be installed: its build failed: nope",
  ],
  [
    "a lock file",
    [...UV, "sync", "--quiet", "--frozen"],
    "error: Failed to parse `uv.lock`\n  cause: TOML parse error at line 3, column 10\n           |\n         3 | [[package\n",
    "what uv.lock names cannot be installed: Failed to parse `uv.lock`: TOML parse error at line 3, column 10 | 3 | [[package",
  ],
  [
    "a lock file that is handed on in another form",
    [...UV, "pip", "install", "--quiet", "--requirement", "sub/ml-pipeline-requirements.txt"],
    "error: Distribution not found at: file:///x\n",
    "what the lock file names cannot be installed: Distribution not found at: file:///x",
  ],
  [
    "what takes too long",
    PROJECT,
    "stopped after 5 s, the limit of limits.install-seconds\n",
    "what requirements.txt names cannot be installed: stopped after 5 s, the limit of limits.install-seconds",
  ],
  [
    "a package that Debian does not have",
    DEBIAN,
    "Reading state information...\nE: Unable to locate package libfoo1\n",
    "libfoo1 cannot be installed: Debian has no package of that name; environment.system-packages names it",
  ],
  [
    "a mirror of Debian",
    DEBIAN,
    "W: x\nE: Some index files failed to download. They have been ignored, or old ones used instead.\n",
    "Debian's libfoo1 cannot be installed: Some index files failed to download. They have been ignored, or old ones used instead.",
  ],
  [
    "the installer, without a network",
    PIP,
    "WARNING: Retrying after connection broken by 'NewConnectionError('<x>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/uv/\nERROR: No matching distribution found for uv==0.13.9\n",
    "uv==0.13.9 cannot be installed: the package index does not answer (Connection refused); --package-index names another index",
  ],
  [
    "the installer, of a version that is none",
    PIP,
    "ERROR: Could not find a version that satisfies the requirement uv==99.0 (from versions: 0.0.5)\nERROR: No matching distribution found for uv==99.0\n",
    "uv 99.0 cannot be installed: the package index has no such version for this Python; --tools takes another version, and --package-index names another index",
  ],
  ["what says nothing", PROJECT, "", "what requirements.txt names cannot be installed: exit code 1"],
];

describe("a failed installation is told by what could not be installed, and why", () => {
  test.each(FAILURES)("%s", (_, cmd, stderr, text) => {
    expect(installationText({ cmd, exitCode: 1, stdout: "", stderr })).toContain(text);
  });

  test("one that the kernel ended", () => {
    expect(installationText({ cmd: PROJECT, exitCode: 137, stdout: "", stderr: "" })).toBe(
      "what requirements.txt names cannot be installed: exit code 137: killed by SIGKILL, most likely out of memory",
    );
  });

  test("none of them starts with a command, and all are one line", () => {
    for (const [, cmd, stderr] of FAILURES) {
      const text = installationText({ cmd, exitCode: 1, stdout: "", stderr });
      expect(text).not.toMatch(/^(python3|env|\/|sh )|run_within|\n/);
    }
  });
});
