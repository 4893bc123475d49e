package cn.unionecard.gateway.pages;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the pages, ready to be sent: compressed once, when it is read, and never together
 * with anything that a caller sent. Immutable.
 */
public final class PageFile {
  private final String mediaType;
  private final boolean isForEver;
  private final Buffer plain;
  private final @Nullable Buffer zipped;
  private final String tag;

  /**
   * @param isForEver whether other content would have another address, so that it may be kept
   *     unasked
   * @param tag names this content, hex
   */
  PageFile(String mediaType, boolean isForEver, byte[] content, String tag) {
    this.mediaType = mediaType;
    this.isForEver = isForEver;
    this.plain = Buffer.buffer(content);
    byte[] smaller = zipped(content);
    this.zipped = smaller.length < content.length ? Buffer.buffer(smaller) : null;
    this.tag = tag;
  }

  private static byte[] zipped(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public String mediaType() {
    return mediaType;
  }

  /** For {@code Cache-Control} (RFC 9111, RFC 8246). */
  public String caching() {
    return isForEver ? "max-age=31536000, immutable" : "no-cache";
  }

  /** For {@code ETag}, of the bytes before compression: weak, because both forms have it. */
  public String tag() {
    return "W/\"" + tag + "\"";
  }

  /** The bytes. */
  public Buffer plain() {
    return plain;
  }

  /** The bytes compressed by gzip; null where that saves nothing. */
  public @Nullable Buffer zipped() {
    return zipped;
  }

  /** Bytes on the line to a browser. */
  int sentBytes() {
    return Objects.requireNonNullElse(zipped, plain).length();
  }
}
