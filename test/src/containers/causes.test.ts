import { expect, test } from "vitest";
import { causeOf } from "../../../src/containers/causes.ts";

test.each([
  [
    "Traceback (most recent call last):\n  File \"x.py\", line 1\nValueError: bad value 'x'\n",
    "ValueError: bad value 'x'",
  ],
  [
    "Traceback …\nsklearn.exceptions.NotFittedError: not fitted\nINFO done\n",
    "sklearn.exceptions.NotFittedError: not fitted",
  ],
  [
    "usage: train.py [-h]\ntrain.py: error: unrecognized arguments: --epochs 10\n",
    "error: unrecognized arguments: --epochs 10",
  ],
  ["KeyboardInterrupt\n", "KeyboardInterrupt"],
  [
    "pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.\n",
    "pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.",
  ],
  [
    "  × No solution found when resolving dependencies:\n  ╰─▶ Because x\n",
    "No solution found when resolving dependencies:",
  ],
  ["The ValueError: of old\nall is well\n", undefined],
  ["", undefined],
])("%j is told as %s", (output, text) => {
  expect(causeOf(output)?.text).toBe(text);
});

test.each([
  ["OSError: libgomp.so.1: cannot open shared object file: No such file or directory", '["libgomp1"]'],
  ["ImportError: libGL.so.1: cannot open shared object file: No such file or directory", '["libgl1"]'],
  [
    "ImportError: libfoo.so.2: cannot open shared object file: No such file or directory",
    "package of Debian that has libfoo.so.2",
  ],
  ["error: command 'gcc' failed: No such file or directory", '["gcc"]'],
  ["FileNotFoundError: [Errno 2] No such file or directory: 'git'", '["git"]'],
  ["train.py: error: unrecognized arguments: --epochs 10", "commands table"],
  ["PermissionError: [Errno 13] Permission denied: 'logs'", 'image.writable-folders = ["logs"]'],
  ["PermissionError: [Errno 13] Permission denied: '/app/out/app.log'", 'image.writable-folders = ["out"]'],
  ["OSError: [Errno 30] Read-only file system: 'app.log'", 'image.writable-folders = ["."]'],
  ["train.py: error: the following arguments are required: --config", "commands table"],
  [
    "___ ERROR collecting tests/tests.py ___\nimport file mismatch:\nimported module 'tests' has this __file__ attribute:\n  /app/b/tests.py\nHINT: use a unique basename\n=== 1 error in 6.37s ===",
    '"--ignore=FOLDER"',
  ],
  ["ValueError: The feature names should match those that were passed during fit.", "`features` in it is yours"],
  ["ValueError: X has 4 features, but LinearRegression is expecting 9 features as input.", "`features` in it is yours"],
  ["tomllib.TOMLDecodeError: Invalid statement (at line 1, column 1)", "byte-order mark"],
  [
    `mlflow.exceptions.MlflowException: The filesystem tracking backend is in maintenance mode. ${"See there. ".repeat(40)}Set \`MLFLOW_ALLOW_FILE_STORE=true\` to opt out.`,
    'env = { MLFLOW_ALLOW_FILE_STORE = "true" }',
  ],
])("%s comes with advice", (line, advice) => {
  expect(causeOf(line)?.advice).toContain(advice);
});

test("a program that Python cannot start is a package that is missing, and a file is not", () => {
  const line = "FileNotFoundError: [Errno 2] No such file or directory: 'gdbus'\n";
  const frame =
    '  File "/usr/lib/python3.12/subprocess.py", line 1955, in _execute_child\n    raise child_exception_type\n';
  expect(causeOf(`${frame}${line}`)?.advice).toBe(
    "name the package of Debian that has gdbus in environment.system-packages",
  );
  expect(causeOf(line)).toEqual({ text: line.trim() });
});
