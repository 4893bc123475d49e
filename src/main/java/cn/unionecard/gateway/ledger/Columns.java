package cn.unionecard.gateway.ledger;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows turned into the array parameters of a set-based statement. */
final class Columns<T> {
  private final List<T> rows;
  private final List<Object> values = new ArrayList<>();

  Columns(List<T> rows) {
    this.rows = rows;
  }

  /** A parameter that is the same for every row. */
  Columns<T> one(Object value) {
    values.add(value);
    return this;
  }

  Columns<T> longs(Function<T, @Nullable Long> read) {
    Long[] column = new Long[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = read.apply(rows.get(i));
    }
    values.add(column);
    return this;
  }

  Columns<T> ints(Function<T, Integer> read) {
    Integer[] column = new Integer[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = read.apply(rows.get(i));
    }
    values.add(column);
    return this;
  }

  Columns<T> shorts(Function<T, Integer> read) {
    Short[] column = new Short[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = read.apply(rows.get(i)).shortValue();
    }
    values.add(column);
    return this;
  }

  Columns<T> texts(Function<T, @Nullable String> read) {
    String[] column = new String[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = read.apply(rows.get(i));
    }
    values.add(column);
    return this;
  }

  Columns<T> bytes(Function<T, byte[]> read) {
    Buffer[] column = new Buffer[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = Buffer.buffer(read.apply(rows.get(i)));
    }
    values.add(column);
    return this;
  }

  /** From a list, because {@code Tuple.of} takes arrays apart as varargs. */
  Tuple tuple() {
    return Tuple.from(values);
  }
}
