package cn.unionecard.gateway.complaint;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of complaints in the order of their deadlines ends, so that the next one begins
 * behind it: microseconds since 1970, a dot, the number; without a deadline the time is empty.
 *
 * @param due the deadline; the end of time where none runs
 */
record DuePlace(OffsetDateTime due, String no) {
  static final Pattern FORM = Pattern.compile("(?:0|[1-9][0-9]{0,15})?\\.[0-9A-HJKMNP-TV-Z]{12}");

  private static final DuePlace BEFORE_ALL =
      new DuePlace(Instant.EPOCH.atOffset(ZoneOffset.UTC), "");
  private static final OffsetDateTime NEVER = OffsetDateTime.MAX;

  /** As a caller sent it; null: before all. */
  static DuePlace after(@Nullable String text) {
    if (text == null) {
      return BEFORE_ALL;
    }
    int dot = text.indexOf('.');
    String no = text.substring(dot + 1);
    if (dot == 0) {
      return new DuePlace(NEVER, no);
    }
    Instant due = Instant.EPOCH.plus(Long.parseLong(text.substring(0, dot)), ChronoUnit.MICROS);
    return new DuePlace(due.atOffset(ZoneOffset.UTC), no);
  }

  static DuePlace of(Row row) {
    OffsetDateTime due = row.getOffsetDateTime("deadline");
    return new DuePlace(due == null ? NEVER : due, row.getString("no"));
  }

  String text() {
    return due.equals(NEVER)
        ? "." + no
        : ChronoUnit.MICROS.between(Instant.EPOCH, due.toInstant()) + "." + no;
  }
}
