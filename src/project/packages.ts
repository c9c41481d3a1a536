import { mayBeTest } from "./tests.ts";

/**
 * Whether packages lie in src/, which is then a folder to import from and no package itself.
 *
 * @param installsItself whether the project is installed as a package, which then are those in src/ whatever else is there
 */
export const hasSourceLayout = (pythonFiles: readonly string[], installsItself: boolean): boolean =>
  (installsItself || !pythonFiles.includes("src/__init__.py")) &&
  pythonFiles.some((file) => /^src\/[^/]+\/__init__\.py$/.test(file));

/** Folders of the root that hold no code of the project although they may have Python files. */
export const NOT_CODE =
  /^(tests?|testing|docs?|examples?|notebooks?|scripts?|build|dist|data|models|mlruns|report|node_modules|venv|\..*)$/;

const NOT_A_MODULE = /^(conftest|setup|noxfile|tasks|fabfile)\.py$/;

/**
 * The folders of a project's code by the paths of its Python files: `src` where there is one, otherwise the packages at the root; where
 * there are none, the root's own files.
 */
export function packageFolders(pythonFiles: readonly string[]): string[] {
  if (pythonFiles.some((file) => file.startsWith("src/"))) return ["src"];
  const packages = pythonFiles.flatMap((file) => {
    const [folder = "", ...rest] = file.split("/");
    return rest.length === 1 && rest[0] === "__init__.py" && !NOT_CODE.test(folder) ? [folder] : [];
  });
  const files = pythonFiles.filter((file) => !file.includes("/") && !NOT_A_MODULE.test(file) && !mayBeTest(file));
  return [...new Set([...packages, ...files])].sort();
}
