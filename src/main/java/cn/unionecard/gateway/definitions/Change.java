package cn.unionecard.gateway.definitions;

import org.jspecify.annotations.Nullable;

/**
 * What an edit made out of date.
 *
 * @param id the row, or null: any of this kind
 */
public record Change(Kind kind, @Nullable Integer id) {

  /** What can be defined; in the order of the numbers that the table knows them by, from 1 on. */
  public enum Kind {
    CAMPAIGN,
    MERCHANT,
    TERMINAL,
    ORGANISATION;

    private static final Kind[] ALL = values();

    static Kind of(int number) {
      return ALL[number - 1];
    }
  }
}
