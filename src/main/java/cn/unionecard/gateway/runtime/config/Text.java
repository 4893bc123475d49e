package cn.unionecard.gateway.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A key that holds a text. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Text {
  /** A regular expression that the whole text matches. */
  String pattern();

  /** The same in words, for comments and refusals. */
  String range();
}
