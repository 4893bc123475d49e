package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Rows turned into the array parameters of a set-based statement, beside single values. */
public final class Columns<T extends @Nullable Object> {
  private final List<T> rows;
  private final List<@Nullable Object> values;

  private Columns(List<T> rows, List<@Nullable Object> values) {
    this.rows = rows;
    this.values = values;
  }

  public Columns(List<T> rows) {
    this(rows, new ArrayList<>());
  }

  /** Parameters that begin with single values. */
  public static Columns<Object> start() {
    return new Columns<>(List.of());
  }

  /** The columns of other rows after these. */
  public <N> Columns<N> then(List<N> next) {
    return new Columns<>(next, values);
  }

  /** A parameter that is the same for every row. */
  public Columns<T> one(@Nullable Object value) {
    values.add(value);
    return this;
  }

  public Columns<T> longs(Function<T, @Nullable Long> read) {
    return column(Long[]::new, read);
  }

  public Columns<T> ints(Function<T, Integer> read) {
    return column(Integer[]::new, read);
  }

  public Columns<T> shorts(Function<T, Integer> read) {
    return column(Short[]::new, row -> read.apply(row).shortValue());
  }

  public Columns<T> booleans(Function<T, Boolean> read) {
    return column(Boolean[]::new, read);
  }

  public Columns<T> texts(Function<T, @Nullable String> read) {
    return column(String[]::new, read);
  }

  public Columns<T> bytes(Function<T, byte[]> read) {
    return column(Buffer[]::new, row -> Buffer.buffer(read.apply(row)));
  }

  private <C> Columns<T> column(IntFunction<C[]> sized, Function<T, ? extends @Nullable C> read) {
    C[] column = sized.apply(rows.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = read.apply(rows.get(i));
    }
    values.add(column);
    return this;
  }

  /** From a list, because {@code Tuple.of} takes arrays apart as varargs. */
  public Tuple tuple() {
    return Tuple.from(values);
  }
}
