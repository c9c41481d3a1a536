/** What the example's stages stand on. */
export const IMAGE = "docker.io/library/python:3.11-slim";
