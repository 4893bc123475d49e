package cn.unionecard.gateway.pages;

import cn.unionecard.gateway.runtime.ResourceFolder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.JavascriptExecutor;

/**
 * A screen that stands there in Chinese, as it would be in English: each text that the words have
 * is replaced where it stands and put back, so that a screen need not be reached once more to see
 * whether it holds what is longer. What Chinese words are put together from, and what people wrote,
 * stays.
 */
final class InEnglish {
  private static final Pattern WORDS =
      Pattern.compile("^  '?([\\w.-]+)'?:\\s*'((?:[^'\\\\]|\\\\.)*)',$", Pattern.MULTILINE);

  /** Chinese and English; where a text has two translations, the longer one. */
  private static final Map<String, String> TEXTS = texts();

  private InEnglish() {}

  private static Map<String, String> texts() {
    Map<String, byte[]> files = ResourceFolder.files("pages/words", "kit.zh.js");
    Map<String, String> texts = new TreeMap<>();
    files.forEach(
        (name, content) -> {
          if (name.endsWith(".zh.js")) {
            Map<String, String> english =
                words(Objects.requireNonNull(files.get(name.replace(".zh.js", ".en.js"))));
            words(content)
                .forEach(
                    (key, chinese) ->
                        texts.merge(
                            chinese,
                            english.getOrDefault(key, chinese),
                            (one, other) -> one.length() < other.length() ? other : one));
          }
        });
    return texts;
  }

  private static Map<String, String> words(byte[] file) {
    Map<String, String> words = new TreeMap<>();
    Matcher each = WORDS.matcher(new String(file, StandardCharsets.UTF_8));
    while (each.find()) {
      words.put(each.group(1), each.group(2).replaceAll("\\\\(.)", "$1"));
    }
    return words;
  }

  /** Shows it so; false where the page is not in Chinese. */
  static boolean show(JavascriptExecutor page) {
    List<List<String>> patterns = new ArrayList<>();
    TEXTS.forEach(
        (chinese, english) -> {
          if (chinese.contains("{")) {
            patterns.add(List.of(chinese, english));
          }
        });
    return Boolean.TRUE.equals(
        page.executeScript(
            """
            if (!document.documentElement.lang.startsWith('zh')) { return false; }
            const [texts, templates] = arguments;
            const patterns = templates.map(([chinese, english]) => {
              const names = [];
              const source = chinese.split(/\\{(\\w+)\\}/).map((part, i) => {
                if (i % 2 === 0) { return part.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&'); }
                names.push(part);
                return '(.*?)';
              }).join('');
              return [new RegExp('^' + source + '$'), names, english];
            });
            const inEnglish = (text) => {
              if (texts[text] !== undefined) { return texts[text]; }
              for (const [pattern, names, english] of patterns) {
                const found = pattern.exec(text);
                if (found) { return english.replace(/\\{(\\w+)\\}/g, (place, name) => found[1 + names.indexOf(name)] ?? place); }
              }
              return text;
            };
            window.inChinese = [];
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
              const node = walk.currentNode, text = node.data.trim();
              if (text && !['SCRIPT', 'STYLE', 'TEXTAREA'].includes(node.parentElement.tagName)) {
                const english = node.data.replace(text, () => inEnglish(text));
                if (english !== node.data) { window.inChinese.push([node, node.data, english]); node.data = english; }
              }
            }
            document.documentElement.lang = 'en';
            return true;
            """,
            TEXTS, patterns));
  }

  /** Puts back what the page has not changed itself meanwhile. */
  static void putBack(JavascriptExecutor page) {
    Object unused =
        page.executeScript(
            """
            for (const [node, chinese, english] of window.inChinese) { if (node.data === english) { node.data = chinese; } }
            delete window.inChinese;
            document.documentElement.lang = 'zh-CN';
            """);
  }
}
