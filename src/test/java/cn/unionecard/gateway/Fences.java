package cn.unionecard.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fenced blocks of a Markdown document. */
public final class Fences {
  private static final String FENCE = "```";

  private Fences() {}

  /**
   * A block.
   *
   * @param line of its beginning, from 1
   * @param info what stands behind the fence: its language, and how it is to be taken
   * @param text its lines, each ended by a line feed
   */
  public record Fence(int line, String info, String text) {}

  /** Those of a document, in order. */
  public static List<Fence> of(Path document) throws IOException {
    List<String> lines = Files.readAllLines(document);
    List<Fence> fences = new ArrayList<>();
    StringBuilder text = null;
    int began = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith(FENCE)) {
        if (text != null) {
          text.append(line).append('\n');
        }
      } else if (text == null) {
        text = new StringBuilder();
        began = i;
      } else {
        String info = lines.get(began).substring(FENCE.length());
        fences.add(new Fence(began + 1, info, text.toString()));
        text = null;
      }
    }
    if (text != null) {
      throw new IllegalStateException(document + ":" + (began + 1) + " has no end");
    }
    return fences;
  }
}
