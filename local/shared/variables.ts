/*
 * The variables that say of a shared cache where it is and whom to believe. They stand apart, because a call without one loads nothing
 * else of it.
 */

/** Where the cache is, as `--cache` says it. */
export const placeVariable = "ML_PIPELINE_CACHE";

/** The key that signs, a secret. */
export const signingVariable = "ML_PIPELINE_CACHE_KEY";

/** The keys that are believed, as `--cache-trust` says them. */
export const trustVariable = "ML_PIPELINE_CACHE_TRUST";

/** `USER:PASSWORD` for its registry, where the machine has no login of container tools. */
export const loginVariable = "ML_PIPELINE_CACHE_LOGIN";
