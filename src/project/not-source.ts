/**
 * What of a project's folder no stage gets. `data` and `models` are those of the root alone. A caller's engine leaves it out before it
 * uploads anything; another Dagger module passes a folder as it is, so the project is filtered again where it is read.
 */
export const NOT_SOURCE = [
  "**/.git",
  ".dagger",
  "**/.ml-pipeline",
  "**/.venv",
  "venv",
  ".env",
  "**/.env.local",
  "**/.netrc",
  "**/.git-credentials",
  "**/.aws",
  "**/.ssh",
  "**/node_modules",
  ".tox",
  ".nox",
  ".dvc/cache",
  ".dvc/tmp",
  ".dvc/config.local",
  "**/__pycache__",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.ruff_cache",
  "**/.ipynb_checkpoints",
  "**/*.egg-info",
  "data",
  "models",
  "mlruns",
  "report",
  ".coverage",
  "htmlcov",
];

/** What is not read to find out what a project is like: the same, but for its data, whose tables are part of the answer. */
export const NOT_READ = [
  "**/.git",
  ".dagger",
  "**/.ml-pipeline",
  "**/.venv",
  "venv",
  ".env",
  "**/.env.local",
  "**/.netrc",
  "**/.git-credentials",
  "**/.aws",
  "**/.ssh",
  "**/node_modules",
  ".tox",
  ".nox",
  ".dvc/cache",
  ".dvc/tmp",
  ".dvc/config.local",
  "**/__pycache__",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.ruff_cache",
  "**/.ipynb_checkpoints",
  "**/*.egg-info",
  "models",
  "mlruns",
  "report",
  ".coverage",
  "htmlcov",
];

/** What is not read where only the history is: all but git's folder, without what may have a token, runs, or says nothing of commits. */
export const NOT_HISTORY = [
  "*",
  "!.git",
  ".git/config",
  ".git/config.worktree",
  ".git/credentials",
  ".git/hooks",
  ".git/index",
  ".git/lfs",
  ".git/logs",
  ".git/modules",
  ".git/worktrees",
];

/** Whether a path of the project is one that nothing here ever reads, whatever the settings say. */
export function isNeverRead(path: string): boolean {
  const parts = path.split("/");
  return NOT_READ.some((pattern) => {
    if (!pattern.startsWith("**/")) return path === pattern || path.startsWith(`${pattern}/`);
    const name = pattern.slice("**/".length);
    return parts.some((part) => (name.startsWith("*") ? part.endsWith(name.slice(1)) : part === name));
  });
}
