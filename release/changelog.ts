const HEADING = /^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$/gm;

export interface Section {
  /** A version, or `Unreleased`. */
  readonly name: string;
  /** Absent of what is not released. */
  readonly date?: string;
  readonly text: string;
}

/** The sections of a changelog in their order. */
export function sectionsOf(changelog: string): readonly Section[] {
  const headings = [...changelog.matchAll(HEADING)];
  return headings.map((heading, index) => {
    const [line, name = "", date] = heading;
    const end = headings[index + 1]?.index ?? changelog.length;
    return {
      name,
      ...(date === undefined ? {} : { date }),
      text: changelog.slice(heading.index + line.length, end).trim(),
    };
  });
}

/**
 * What a version changed, as the text of its release.
 *
 * @throws Error where the changelog has nothing of it
 */
export function changesOf(changelog: string, version: string): string {
  const text = sectionsOf(changelog).find(({ name }) => name === version)?.text ?? "";
  if (text === "") throw new Error(`CHANGELOG.md says nothing of ${version}: its section is written before the tag`);
  return text;
}

/**
 * Gives what is unreleased to a version.
 *
 * @param date as 2027-01-31
 * @throws Error where nothing is unreleased, or the version is there already
 */
export function released(changelog: string, version: string, date: string): string {
  const sections = sectionsOf(changelog);
  if (sections.some(({ name }) => name === version)) throw new Error(`CHANGELOG.md has a section ${version} already`);
  if (!sections.some(({ name, text }) => name === "Unreleased" && text !== ""))
    throw new Error("CHANGELOG.md has nothing unreleased");
  return changelog.replace("## [Unreleased]", () => `## [Unreleased]\n\n## [${version}] - ${date}`);
}
