package cn.unionecard.workbench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Journal.Entry FIRST =
      new Journal.Entry("T0000001", "s1-1", "SALE", "0C3M7Z9K2V40", "aa", "bb");
  private static final Journal.Entry SECOND =
      new Journal.Entry("T0000001", "s1-1", "REVERSAL", "0C3M7Z9K2V41", "cc", "dd");

  @Test
  void keepsWhatIsThereAndReadsAllBack(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.append(file)) {
      journal.write(FIRST);
    }
    try (Journal journal = Journal.append(file)) {
      journal.write(SECOND);
      assertEquals(List.of(FIRST, SECOND), Journal.read(file), "a line is there once written");
    }
  }

  @Test
  void namesALineThatIsNoEntry(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("journal");
    Files.writeString(file, "T0000001\thalf a l");
    assertThrows(IOException.class, () -> Journal.read(file));
  }
}
