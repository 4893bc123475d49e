package cn.unionecard.gateway.definitions;

import java.util.ArrayList;
import java.util.List;

/** Gathers {@link Changes} from rows of {@link DefinitionsSql#CHANGES_NUMBERS}: one or more. */
public final class ChangeRows {
  private final long known;
  private final List<Change> changes = new ArrayList<>();
  private long version = Changes.NEVER;
  private long pruned = Changes.NEVER;

  /**
   * @param known the version after which was asked
   */
  public ChangeRows(long known) {
    this.known = known;
  }

  public void add(Long[] numbers) {
    version = numbers[0];
    pruned = numbers[1];
    if (numbers[2] != null) {
      Integer id = numbers[3] == null ? null : numbers[3].intValue();
      changes.add(new Change(Change.Kind.of(numbers[2].intValue()), id));
    }
  }

  /**
   * All that was added.
   *
   * @throws IllegalStateException if that is nothing: the row of the version is gone
   */
  public Changes changes() {
    if (version == Changes.NEVER) {
      throw new IllegalStateException("the definitions have no version");
    }
    return new Changes(known, version, pruned, changes);
  }
}
