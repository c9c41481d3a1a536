import type { Patience } from "../delivery/attempts.ts";
import type { Target } from "./address.ts";
import { bitbucketComments, bitbucketHeaders } from "./bitbucket.ts";
import { type CommentsApi, type Forge, forgeOf } from "./forge.ts";
import { githubComments, githubHeaders } from "./github.ts";
import { gitlabComments, gitlabHeaders } from "./gitlab.ts";
import { type Ask, askerOf } from "./request.ts";

interface Kind {
  readonly headers: (token: string) => Readonly<Record<string, string>>;
  readonly comments: (ask: Ask, target: Target) => CommentsApi;
}

const KINDS: Readonly<Record<Target["forge"], Kind>> = {
  GitHub: { headers: githubHeaders, comments: githubComments },
  GitLab: { headers: gitlabHeaders, comments: gitlabComments },
  Bitbucket: { headers: bitbucketHeaders, comments: bitbucketComments },
};

/** The comments of a pull or merge request, for whoever has the token. Nothing is asked yet. */
export function openForge(target: Target, token: string, patience?: Patience): Forge {
  const { headers, comments } = KINDS[target.forge];
  const sent = headers(token);
  const ask = askerOf({
    ...{ api: target.api, headers: sent, secrets: [token, ...token.split(":").slice(1), sent.authorization ?? ""] },
    ...(patience === undefined ? {} : { patience }),
  });
  return forgeOf(ask, comments(ask, target));
}
