import { z } from "zod";

/*
 * A key is a hash of everything that a result depends on. Its parts, by name, are kept beside it, so that a difference of two keys can be
 * named.
 */

/** What a key is made of: hashes `sha256:…`, and short texts such as the name of an image. */
export type KeyParts = Readonly<Record<string, string>>;

export const keyPartsSchema = z.record(z.string(), z.string());

/** The SHA-256 of files by their paths. */
export type FileHashes = Readonly<Record<string, string>>;

const fileHashes = z.record(z.string(), z.string());

/** The files behind those parts of a key that are hashes of files; `inputs.json` of a report folder. */
export const inputFilesSchema = z.object({
  /** Paths in the project. Absent where there are too many to be listed. */
  source: fileHashes.optional(),
  /** Paths in the folder of the data. */
  data: fileHashes.optional(),
  /** Paths in the repository of what locks the dependencies, and of packages that it has. */
  dependencies: fileHashes.optional(),
});

export type InputFiles = z.output<typeof inputFilesSchema>;

/** The name of the file in a report folder. */
export const INPUTS_FILE = "inputs.json";
