// A sheet from somebody's disk, as text, whichever of the two ways it was written in.

const BYTES_MAX = 200_000;

/**
 * Reads one.
 *
 * @param most bytes of it
 * @returns null: it is larger
 */
export async function sheetText(file, most = BYTES_MAX) {
  if (file.size > most) {
    return null;
  }
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes); // as spreadsheets in China write it
  }
}
