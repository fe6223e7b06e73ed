"""What can be found: each thing's words, sounds and pairs of characters, ready to be asked."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kepu.foundation.search.choices import Audience, audiences


class SearchDocument(models.Model):
    """One thing that can be found. It can be thrown away: the rooms build it again."""

    kind = models.CharField(_("类型"), max_length=60)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    title = models.CharField(_("标题"), max_length=300)
    body = models.TextField(_("正文"), blank=True)
    url = models.CharField(_("地址"), max_length=300)
    audience = models.CharField(_("可见范围"), max_length=8, choices=audiences)
    weight = models.FloatField(_("权重"), default=1.0)
    words = SearchVectorField()
    sounds = SearchVectorField()
    grams = ArrayField(models.CharField(max_length=2))
    meanings = ArrayField(models.CharField(max_length=200), default=list)
    """What of it may be found by meaning: short texts that everybody can read on its page anyway."""

    class Meta:
        verbose_name = _("检索条目")
        ordering = ("kind", "subject_id")
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject_id"), name="search_document_once"),
            models.CheckConstraint(condition=models.Q(audience__in=Audience.values), name="search_audience_known"),
            models.CheckConstraint(condition=models.Q(weight__gt=0), name="search_weight_positive"),
        )
        indexes = (
            GinIndex(fields=("words",), name="search_words"),
            GinIndex(fields=("sounds",), name="search_sounds"),
            GinIndex(fields=("grams",), name="search_grams"),
            GinIndex(fields=("meanings",), name="search_meanings"),
        )

    def __str__(self) -> str:
        return self.title


class MeaningVector(models.Model):
    """The vector of one text by one model; it goes as soon as nothing that can be found holds the text."""

    model = models.CharField(_("模型"), max_length=120)
    text = models.CharField(_("文字"), max_length=200)
    digest = models.CharField(_("送出内容的摘要"), max_length=64)
    words = ArrayField(models.CharField(max_length=200))
    """The words that were sent: a question may hold these, and no other."""
    dimension = models.PositiveSmallIntegerField(_("维数"))
    """0 where nothing was sent, or the endpoint refused the text."""
    vector = models.BinaryField(_("向量"))
    """float32, the lowest byte first, of length one."""

    class Meta:
        verbose_name = _("意思向量")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("model", "text"), name="meaning_vector_once"),
            models.CheckConstraint(
                condition=Exact(Length("vector"), models.F("dimension") * 4), name="meaning_vector_whole"
            ),
        )
        indexes = (models.Index(fields=("model", "id"), name="meaning_vector_by_model"),)

    def __str__(self) -> str:
        return self.text
