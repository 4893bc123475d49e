package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.model.BatchSide;
import java.util.List;

/**
 * The end of a terminal's shift.
 *
 * @param lines what the till says it did, all of it
 */
record Closing(String terminal, int batch, List<Line> lines) {

  /** One transaction of the till's journal. */
  record Line(BatchSide side, int trace, long fen) {}

  long fen(BatchSide side) {
    return lines.stream().filter(line -> line.side == side).mapToLong(Line::fen).sum();
  }

  int count(BatchSide side) {
    return (int) lines.stream().filter(line -> line.side == side).count();
  }
}
