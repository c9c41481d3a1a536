import type { PythonPackage } from "./packages.ts";

/** A licence as CycloneDX has it: an expression of SPDX, an identifier of SPDX, or the words of whoever made the package. */
export type Licence =
  | { readonly expression: string }
  | { readonly license: { readonly id: string } }
  | { readonly license: { readonly name: string } };

/** Classifiers of PyPI that mean one licence of SPDX. "BSD License" and its like mean one of several. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  "Apache Software License": "Apache-2.0",
  "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
  "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
  "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
  "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.0-only",
  "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
  "ISC License (ISCL)": "ISC",
  "MIT License": "MIT",
  "MIT No Attribution License (MIT-0)": "MIT-0",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  "The Unlicense (Unlicense)": "Unlicense",
  "zlib/libpng License": "Zlib",
};

/** The longest text of `License` that is the name of one, and not its text. */
const MAX_NAME = 100;

/**
 * The licences of a package of Python. An expression is an answer by itself; a name says more than a classifier that means several
 * licences, and less than one that means one.
 */
export function pythonLicences({
  expression,
  license,
  classifiers,
}: Pick<PythonPackage, "expression" | "license" | "classifiers">): Licence[] {
  if (expression !== "") return [{ expression }];
  const names = classifiers.map((one) => one.split(" :: ").at(-1) ?? "").filter((name) => name !== "OSI Approved");
  const known = names.flatMap((name) => IDENTIFIERS[name] ?? []);
  if (known.length > 0 && known.length === names.length) return known.map((id) => ({ license: { id } }));
  const isName = license !== "" && license !== "UNKNOWN" && !license.includes("\n") && license.length <= MAX_NAME;
  return (isName ? [license] : names).map(named);
}

/** The licences of a package of Debian, by the short names of its copyright file, which are not always those of SPDX. */
export const debianLicences = (names: readonly string[]): Licence[] => names.map(named);

const named = (name: string): Licence => ({ license: { name } });
