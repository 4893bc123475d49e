package cn.unionecard.gateway.pages;

import cn.unionecard.gateway.runtime.http.FileAnswer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the pages, ready to be sent: compressed once, when it is read, and never together
 * with anything that a caller sent. Immutable.
 */
public final class PageFile {
  /**
   * Nothing from elsewhere, nothing inline, no markup from text: what a person entered is shown as
   * text, whatever it says.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
          + "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          + "require-trusted-types-for 'script'; trusted-types lit-html ecard";

  /** What of a machine a page could ask for. */
  private static final List<String> FEATURES =
      List.of("camera", "microphone", "geolocation", "serial", "usb", "payment");

  /** IMF-fixdate (RFC 9110 section 5.6.7). */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final String mediaType;
  private final boolean isForEver;
  private final Buffer plain;
  private final @Nullable Buffer zipped;
  private final String tag;
  private final String permissions;

  /**
   * @param isForEver whether other content would have another address, so that it may be kept
   *     unasked
   * @param tag names this content, hex
   * @param used what of a machine it may ask for, of {@code FEATURES}
   */
  PageFile(String mediaType, boolean isForEver, byte[] content, String tag, Set<String> used) {
    this.mediaType = mediaType;
    this.isForEver = isForEver;
    this.plain = Buffer.buffer(content);
    byte[] smaller = zipped(content);
    this.zipped = smaller.length < content.length ? Buffer.buffer(smaller) : null;
    this.tag = tag;
    this.permissions =
        FEATURES.stream()
            .map(feature -> feature + (used.contains(feature) ? "=(self)" : "=()"))
            .collect(Collectors.joining(", "));
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

  /**
   * As it is to be sent, with what a browser is told to forbid it.
   *
   * @param asked the request's headers
   * @param now for {@code Date}
   */
  public FileAnswer answer(MultiMap asked, Instant now) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Cache-Control", isForEver ? "max-age=31536000, immutable" : "no-cache");
    headers.put("Content-Security-Policy", POLICY);
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Date", HTTP_DATE.format(now));
    headers.put("ETag", tag());
    headers.put("Permissions-Policy", permissions);
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Vary", "Accept-Encoding");
    headers.put("X-Content-Type-Options", "nosniff");
    String known = asked.get(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(tag())) {
      return new FileAnswer(304, headers, Buffer.buffer());
    }
    headers.put("Content-Type", mediaType);
    if (zipped != null && takesGzip(asked.get(HttpHeaders.ACCEPT_ENCODING))) {
      headers.put("Content-Encoding", "gzip");
      return new FileAnswer(200, headers, zipped);
    }
    return new FileAnswer(200, headers, plain);
  }

  /** As every browser says it; who weighs it by {@code q} is sent what needs no unpacking. */
  private static boolean takesGzip(@Nullable String encodings) {
    if (encodings == null) {
      return false;
    }
    for (String encoding : encodings.split(",")) {
      if (encoding.strip().equals("gzip")) {
        return true;
      }
    }
    return false;
  }

  /** For {@code ETag}, of the bytes before compression: weak, because both forms have it. */
  private String tag() {
    return "W/\"" + tag + "\"";
  }

  /** The bytes. */
  Buffer plain() {
    return plain;
  }

  /** Bytes on the line to a browser. */
  int sentBytes() {
    return Objects.requireNonNullElse(zipped, plain).length();
  }
}
