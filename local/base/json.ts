/** Something that JSON can hold; the parts of a cache key. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };
