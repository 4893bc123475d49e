package cn.unionecard.gateway.edge.http;

import java.util.Locale;

/**
 * A media type as a header names it (RFC 9110, 8.3.1). Parameters without a meaning for JSON decide
 * nothing; a charset that is not UTF-8 does.
 */
final class MediaType {
  private static final String JSON = "application/json";

  private final String text;
  private int at;

  private MediaType(String text) {
    this.text = text;
  }

  /** Whether that is JSON in UTF-8. */
  static boolean isJson(String header) {
    return header.equals(JSON) || new MediaType(header.toLowerCase(Locale.ROOT).strip()).isJson();
  }

  private boolean isJson() {
    if (!text.startsWith(JSON)) {
      return false;
    }
    at = JSON.length();
    while (at < text.length()) {
      skipBlanks();
      if (at == text.length() || text.charAt(at) != ';') {
        return at == text.length();
      }
      at++;
      skipBlanks();
      if (!parameter()) {
        return false;
      }
    }
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /** Reads {@code name=value}, or nothing before the next semicolon. */
  private boolean parameter() {
    String name = token();
    if (name.isEmpty()) {
      return at == text.length() || text.charAt(at) == ';';
    }
    if (at == text.length() || text.charAt(at) != '=') {
      return false;
    }
    at++;
    boolean quoted = at < text.length() && text.charAt(at) == '"';
    String value = quoted ? quoted() : token();
    return !value.isEmpty()
        && (!name.equals("charset") || value.equals("utf-8") || value.equals("utf8"));
  }

  private String token() {
    int from = at;
    while (at < text.length() && " \t;=\",".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  /** What stands between quotes; empty if they do not close. */
  private String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    return "";
  }
}
