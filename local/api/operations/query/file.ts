import { Lazy } from "../../../base/lazy.ts";
import { integerOr, text } from "../arguments.ts";
import { makes } from "../define.ts";

export const newFile = makes("Query", "File", "file", {
  doc: "A file of given content.",
  args: {
    name: text("Its name."),
    contents: text("Its text."),
    permissions: integerOr(0o644, "Permissions, as in `chmod`."),
  },
  apply: (_query, { name, contents, permissions }, session) => ({
    name,
    blob: new Lazy(async () => ({ ...(await session.store.putBlob(Buffer.from(contents))), mode: permissions })),
  }),
});
