import { Lazy } from "../../../base/lazy.ts";
import { changesOf } from "../../../engine/values/changeset.ts";
import { makes, reads } from "../define.ts";

/** What a changeset says of itself. */
export const changesetFacts = [
  makes("Changeset", "Directory", "before", {
    doc: "The directory before the changes.",
    apply: ({ before }) => before,
  }),
  makes("Changeset", "Directory", "after", {
    doc: "The directory with the changes.",
    apply: ({ after }) => after,
  }),
  makes("Changeset", "Directory", "layer", {
    doc: "The files that are new or different.",
    apply: (changeset) => ({ tree: new Lazy(async () => (await changesOf(changeset)).layer), path: "/" }),
  }),
  reads("Changeset", "ID!", "sync", {
    doc: "Makes both directories, and gives its ID.",
    read: async (changeset, _args, _session, self) => {
      await changesOf(changeset);
      return self.id;
    },
  }),
  reads("Changeset", "Boolean!", "isEmpty", {
    doc: "Whether nothing differs.",
    read: async (changeset) => {
      const { added, modified, removed } = await changesOf(changeset);
      return added.length + modified.length + removed.length === 0;
    },
  }),
  reads("Changeset", "[String!]!", "addedPaths", {
    doc: "The paths of what is new.",
    read: async (changeset) => (await changesOf(changeset)).added,
  }),
  reads("Changeset", "[String!]!", "modifiedPaths", {
    doc: "The paths of what has another content.",
    read: async (changeset) => (await changesOf(changeset)).modified,
  }),
  reads("Changeset", "[String!]!", "removedPaths", {
    doc: "The paths of what is gone; of a directory, its own alone.",
    read: async (changeset) => (await changesOf(changeset)).removed,
  }),
];
