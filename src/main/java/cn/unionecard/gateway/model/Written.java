package cn.unionecard.gateway.model;

import java.util.regex.Pattern;

/** How identifiers are written in paths, queries, headers and bodies: each in this one place. */
public final class Written {
  /** An organisation's code, as {@code 410802.0001}. */
  public static final Pattern ORG = Pattern.compile("[A-Za-z0-9._-]{1,32}");

  /** A merchant's number; its check digit is not looked at here. */
  public static final Pattern MERCHANT_NO = Pattern.compile("[0-9]{15}");

  /** A card's number. */
  public static final Pattern CARD_NO = Pattern.compile("[0-9]{10}");

  /** A terminal's number (ISO 8583 field 41). */
  public static final Pattern TERMINAL = Pattern.compile("[A-Z0-9]{8}");

  /** A benefit that the till asks for by its name. */
  public static final Pattern BENEFIT = Pattern.compile("[A-Z0-9-]{1,24}");

  /** An administrative division (GB/T 2260). */
  public static final Pattern AREA = Pattern.compile("[0-9]{6}");

  /** A row's number, from 1. */
  public static final Pattern ROW = Pattern.compile("[1-9][0-9]{0,17}");

  /** A row's number, or 0 for what lies before all of them. */
  public static final Pattern ROW_OR_ZERO = Pattern.compile("[0-9]{1,18}");

  /** Above every row's number. */
  public static final String ABOVE_ALL_ROWS = "999999999999999999";

  /** An event's place in the feed: 64 bits. */
  public static final Pattern FEED_PLACE = Pattern.compile("[0-9]{1,19}");

  /** A transaction or its receipt, in Crockford's base 32, in letters of either size. */
  public static final Pattern TRANSACTION = Pattern.compile("[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{12}");

  /** A complaint or a ticket, in Crockford's base 32. */
  public static final Pattern CASE_NO = Pattern.compile("[0-9A-HJKMNP-TV-Z]{12}");

  /** SHA-256 in lower-case hexadecimal digits. */
  public static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private Written() {}
}
